"use strict";
// What the generic clients share: the messages come in on standard input, one line a reply goes out on standard output.

const { readFileSync } = require("node:fs");

/** Milliseconds. For the client to give up on its own, long after any daemon has answered. */
const DEADLINE = 30000;

/** The messages to send, each a list of frames, from a JSON array of arrays of base64 strings. */
function messages() {
  const encoded = JSON.parse(readFileSync(0, "utf8"));
  return encoded.map((frames) => frames.map((frame) => Buffer.from(frame, "base64")));
}

/** The file as this client understands it, or null where the reply has none. */
function bytes(reply) {
  return "content" in reply ? Buffer.from(reply.content, reply.encoding ?? "utf8") : null;
}

/** Prints a reply as {"frames": as they arrived, "content": the file's bytes or null}, all bytes in base64. */
function print(frames) {
  const content = bytes(JSON.parse(frames[0]))?.toString("base64") ?? null;
  console.log(JSON.stringify({ frames: frames.map((frame) => frame.toString("base64")), content }));
}

module.exports = { DEADLINE, messages, print };
