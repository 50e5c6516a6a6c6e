/** A worker's way to its neighbours: what is sent arrives whole and in order. */
export interface Link {
  send(numbers: Float32Array): void;
  /** The next message, as soon as there is one. */
  receive(): Promise<Float32Array>;
}

/** What has been sent. */
export interface Traffic {
  messages: number;
  bytes: number;
}

/** The part of a MessagePort that is used here; Node's has it too. */
export interface Port {
  postMessage(message: Float32Array, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<Float32Array>) => void) | null;
  close(): void;
}

/**
 * A link that listens at one port and speaks into another, or the same. What is sent is handed over, not copied: its
 * sender must not use it again.
 */
export function portLink(from: Port, to: Port): Link & {close(): void} {
  const arrived: Float32Array[] = [];
  const waiting: ((numbers: Float32Array) => void)[] = [];
  from.onmessage = ({data}) => {
    const next = waiting.shift();
    if (next) next(data);
    else arrived.push(data);
  };
  return {
    send: (numbers) => to.postMessage(numbers, [numbers.buffer as ArrayBuffer]),
    receive() {
      const next = arrived.shift();
      return next ? Promise.resolve(next) : new Promise((resolve) => waiting.push(resolve));
    },
    close() {
      from.close();
      to.close();
    }
  };
}

/** The same link, which adds up in `sent` what goes out. */
export function counted(link: Link, sent: Traffic): Link {
  return {
    send(numbers) {
      sent.messages += 1;
      sent.bytes += numbers.byteLength;
      link.send(numbers);
    },
    receive: () => link.receive()
  };
}
