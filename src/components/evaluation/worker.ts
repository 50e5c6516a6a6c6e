import type {Request} from "./protocol.js";
import {serveEvaluation} from "./server.js";

/** The module worker in which texts are cut, counted and compared, so that a page never waits for it. */
const handle = serveEvaluation(self);
self.onmessage = ({data}: MessageEvent<Request>) => void handle(data);
