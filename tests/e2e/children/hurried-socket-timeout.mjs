// The time for which a server lets a connection stand without traffic, made a tenth of what the server asks for.
import { Server } from "node:http";

const { setTimeout } = Server.prototype;
Server.prototype.setTimeout = function (milliseconds, ...others) {
  if (milliseconds !== 30_000) throw new Error(`expected 30 seconds, not ${milliseconds} ms`);
  return setTimeout.call(this, milliseconds / 10, ...others);
};
