// node watch.js ENDPOINT PATH: prints a file, then what is appended to it, like tail -F.
const { setTimeout: sleep } = require("node:timers/promises");
const zmq = require("zeromq");

const WAIT_MS = 10000, LATE_MS = 5000; // how long the daemon may hold a reply, and be late with one
const PASSING = ["busy", "changed", "not_found", "timeout"], PAUSE_MS = 500;

/** What has been printed, of which file: another one may take its name, or it may be cut short. */
class Follower {
  constructor(path) {
    this.path = path;
    this.begin();
  }

  begin() {
    Object.assign(this, { offset: 0, id: null, etag: null });
  }

  request() {
    const get = { op: "get", path: this.path, offset: this.offset };
    return this.etag ? { ...get, if_none_match: this.etag, wait_ms: WAIT_MS } : get;
  }

  async take(header, data) {
    if (header.error?.code === "range") {
      this.begin(); // it is shorter than what was printed
    } else if (PASSING.includes(header.error?.code)) {
      this.etag = null;
      await sleep(PAUSE_MS);
    } else if (header.error) {
      throw new Error(JSON.stringify(header.error));
    } else if (!header.not_modified && this.id && this.id !== header.id) {
      this.begin();
    } else if (!header.not_modified) {
      process.stdout.write(data);
      this.id = header.id;
      this.offset += data.length;
      this.etag = header.eof ? header.etag : null; // what comes next is there already
    }
  }
}

async function main(endpoint, follower) {
  const socket = new zmq.Request({ linger: 0, receiveTimeout: WAIT_MS + LATE_MS, relaxed: true, correlate: true });
  socket.connect(endpoint);
  for (;;) {
    await socket.send(JSON.stringify(follower.request()));
    const [header, data] = await socket.receive().catch(() => [null]);
    if (header) await follower.take(JSON.parse(header), data);
    else console.error("no answer in time, asking again");
  }
}

const [, , endpoint, path] = process.argv;
main(endpoint, new Follower(path)).catch((error) => { console.error(error.message); process.exit(1); });
