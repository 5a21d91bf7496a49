"use strict";
const zmq = require("zeromq");

const filename = process.argv[2];

async function run() {
  const requester = new zmq.Request();
  requester.connect("tcp://localhost:60401");

  console.log(`Sending request for ${filename}`);
  await requester.send(JSON.stringify({ path: filename }));

  const [data] = await requester.receive();
  console.log("Received response:", JSON.parse(data));
}

run();
