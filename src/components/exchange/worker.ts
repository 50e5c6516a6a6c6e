import type {Request} from "./protocol.js";
import {serveExchange} from "./server.js";

/** The module worker in which models are read and written, so that the page never waits for it. */
const handle = serveExchange(self);
self.onmessage = ({data}: MessageEvent<Request>) => void handle(data);
