"use strict";
// node request.js ENDPOINT: sends the messages of exchange.js one after the other, by the current API.

const zmq = require("zeromq");
const { DEADLINE, messages, print } = require("./exchange");

async function run(endpoint) {
  const requester = new zmq.Request({ sendTimeout: DEADLINE, receiveTimeout: DEADLINE, linger: 0 });
  requester.connect(endpoint);
  for (const message of messages()) {
    await requester.send(message);
    print(await requester.receive());
  }
  requester.close();
}

run(process.argv[2]);
