// node download.js ENDPOINT PATH FILE: a file of any size, several ranges at a time, verified.
const { createHash } = require("node:crypto");
const { open, rename } = require("node:fs/promises");
const { setTimeout: sleep } = require("node:timers/promises");
const zmq = require("zeromq");
const RANGE_BYTES = 1 << 20, RANGES_UNDER_WAY = 8, SILENCE_MS = 5000, TRIES = 100;

/** Yields [request, header, data] for each reply, as they come; ends early if the file has changed. */
async function* ask(socket, requests, silenceMs = SILENCE_MS) {
  const waiting = [...requests].reverse(), underWay = new Map();
  socket.receiveTimeout = silenceMs;
  for (let tries = TRIES; waiting.length + underWay.size > 0;) {
    while (waiting.length > 0 && underWay.size < RANGES_UNDER_WAY) {
      const request = waiting.pop(), tag = String(request.offset); // which comes back with the reply
      underWay.set(tag, request);
      await socket.send([tag, "", JSON.stringify(request)]);
    }
    const [tag, , text, data] = await socket.receive();
    const request = underWay.get(String(tag)), header = JSON.parse(text), code = header.error?.code;
    underWay.delete(String(tag));
    tries = code === "busy" ? tries - 1 : TRIES;
    if (code === "busy" && tries > 0) {
      waiting.push(request);
      await sleep(100);
    } else if (code === "changed") {
      waiting.length = 0;
    } else if (code) {
      throw new Error(JSON.stringify(header.error));
    } else {
      yield [request, header, data];
      const offset = request.offset + header.length, length = request.length - header.length;
      if (length > 0 && !header.eof) waiting.push({ ...request, offset, length }); // less than was asked for
    }
  }
}

/** Returns whether the file has become the daemon's. */
async function download(socket, path, file) {
  const [, { etag, size }] = (await ask(socket, [{ op: "stat", path }]).next()).value, gets = [];
  const get = { op: "get", path, length: RANGE_BYTES, if_match: etag };
  for (let offset = 0; offset < Math.max(size, 1); offset += RANGE_BYTES) gets.push({ ...get, offset });
  for await (const [{ offset }, , data] of ask(socket, gets)) await file.write(data, 0, data.length, offset);
  const hash = createHash("sha256");
  for await (const block of file.createReadStream({ start: 0, autoClose: false })) hash.update(block);
  const { value } = await ask(socket, [{ op: "digest", path }], SILENCE_MS + size / 10000).next(); // 10 MB/s
  return value?.[1].digest === hash.digest("hex");
}

async function main(endpoint, path, target) {
  for (let tries = TRIES; tries > 0; --tries) {
    const file = await open(`${target}.part`, "w+"), socket = new zmq.Dealer({ linger: 0 });
    socket.connect(endpoint);
    const done = await download(socket, path, file).finally(() => { socket.close(); return file.close(); });
    if (done) return rename(`${target}.part`, target);
  }
  throw new Error("it keeps changing");
}

main(...process.argv.slice(2)).catch((error) => { console.error(error.message); process.exit(1); });
