"use strict";
// Makes a REQ socket of zeromq 6 look again from time to time. Preloaded (node --require ./patience.js PROGRAM) for programs
// that queue requests by the API of version 5, which otherwise stall now and then before any server that answers quickly:
// trying to send while a reply is awaited asks libzmq for its events, which are told once; a reply that is among them is
// forgotten, and receive() never returns. (The real version 5 has no such fault.)

const zmq = require("zeromq");

/** Milliseconds. Long against a round trip: the usual way of a reply stays the usual one. */
const PATIENCE = 200;

zmq.Request = class extends zmq.Request {
  constructor(options) {
    super({ sendTimeout: PATIENCE, receiveTimeout: PATIENCE, ...options });
  }

  send(message) {
    return persist(() => super.send(message));
  }

  receive() {
    return persist(() => super.receive());
  }
};

/** Repeats an operation that timed out, which says EFSM when it is not the socket's turn for it. */
async function persist(operation) {
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      if (error.code !== "EAGAIN" && error.code !== "EFSM") throw error;
    }
  }
}
