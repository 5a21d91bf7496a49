"use strict";
// node request_v5.js ENDPOINT: sends the messages of exchange.js all at once, by the API of version 5, which queues them.

const zmq = require("zeromq/v5-compat");
const { DEADLINE, messages, print } = require("./exchange");

const queue = messages();
let awaited = queue.length;

const requester = zmq.socket("req", { linger: 0 });

// ZMQ_RCVTIMEO would come too late for the first reply: the constructor waits for it already.
const watchdog = setTimeout(() => {
  console.error(`${awaited} of ${queue.length} replies missing after ${DEADLINE} ms`);
  process.exit(1);
}, DEADLINE);

requester.on("message", (...frames) => {
  print(frames);
  awaited -= 1;
  if (awaited === 0) {
    clearTimeout(watchdog);
    requester.close();
  }
});

requester.connect(process.argv[2]);
for (const message of queue) {
  requester.send(message);
}
