"use strict";
// node rep_responder.js ENDPOINT ROOT: a file service as tutorials have it, without any of the daemon's checks: a REP socket,
// one request at a time, the whole file as text in one line of JSON.

const { readFile } = require("node:fs/promises");
const { join } = require("node:path");
const zmq = require("zeromq");

async function run(endpoint, root) {
  const responder = new zmq.Reply();
  await responder.bind(endpoint);
  for await (const [message] of responder) {
    const { path } = JSON.parse(message);
    const content = await readFile(join(root, path), "utf8");
    await responder.send(JSON.stringify({ content, timestamp: Date.now(), pid: process.pid }));
  }
}

run(process.argv[2], process.argv[3]);
