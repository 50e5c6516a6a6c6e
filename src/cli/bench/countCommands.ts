/** What a program has asked of WebGPU. */
export interface CommandCounts {
  dispatches: number;
  submits: number;
  bindGroups: number;
  buffers: number;
  /** Copies from JavaScript into buffers. */
  writes: number;
}

export interface CommandCounter {
  /** Since the counter began or was last reset. */
  counts(): CommandCounts;
  reset(): void;
  /** Bytes of the buffers that were made since the counter began and have not been destroyed. */
  bytes(): number;
  /** Gives the methods back as they were. */
  stop(): void;
}

/**
 * Counts the commands of every device in this process, by wrapping the methods that give them. WebGPU's classes must
 * be there already.
 */
export function countCommands(): CommandCounter {
  const none = (): CommandCounts => ({dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, writes: 0});
  let counts = none();
  const sizes = new Map<GPUBuffer, number>();
  const restore: (() => void)[] = [];

  /** `hear` is called with the object, what it returned and its arguments. */
  function wrap<Class extends object, Name extends keyof Class & string>(
    prototype: Class,
    name: Name,
    hear: (self: Class, result: unknown) => void
  ): void {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    function counted(this: Class, ...args: unknown[]) {
      const result = original.apply(this, args);
      hear(this, result);
      return result;
    }
    prototype[name] = counted as Class[Name];
    restore.push(() => {
      prototype[name] = original as Class[Name];
    });
  }

  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++);
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", () => counts.dispatches++);
  wrap(GPUQueue.prototype, "submit", () => counts.submits++);
  wrap(GPUQueue.prototype, "writeBuffer", () => counts.writes++);
  wrap(GPUDevice.prototype, "createBindGroup", () => counts.bindGroups++);
  wrap(GPUDevice.prototype, "createBuffer", (_, buffer) => {
    counts.buffers++;
    sizes.set(buffer as GPUBuffer, (buffer as GPUBuffer).size);
  });
  wrap(GPUBuffer.prototype, "destroy", (buffer) => void sizes.delete(buffer));

  return {
    counts: () => ({...counts}),
    reset() {
      counts = none();
    },
    bytes: () => [...sizes.values()].reduce((sum, size) => sum + size, 0),
    stop() {
      for (const giveBack of restore) giveBack();
    }
  };
}
