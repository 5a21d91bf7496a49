"use strict";
const zmq = require("zeromq");

const filename = process.argv[2];

async function run() {
  const requester = new zmq.Request();
  requester.connect("tcp://localhost:60401");

  for (let i = 1; i <= 5; i++) {
    console.log(`Sending request ${i} for ${filename}`);
    await requester.send(JSON.stringify({ path: filename }));

    const [data] = await requester.receive();
    console.log("Received response:", JSON.parse(data));
  }
}

run();
