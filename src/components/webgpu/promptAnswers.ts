/** ms between two questions; timers wait no shorter. */
const INTERVAL = 4;

/**
 * Whether this browser looks for finished work only every 100 ms: Firefox does (https://bugzilla.mozilla.org/1870699).
 * Each token of a sample would take that long, and each measurement of a kernel at least.
 */
export const answersSlowly = (userAgent: string): boolean => /\bFirefox\//.test(userAgent);

/**
 * Has a device look for finished work as long as somebody waits for it: with each submission, even of nothing, such a
 * browser looks. Changes the device's own methods, so that it holds for TensorFlow.js's waiting as well as for ours.
 */
export function answerPromptly(device: GPUDevice): void {
  const {queue} = device;
  let waiting = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const hurry = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    waiting += 1;
    timer ??= setInterval(() => queue.submit([]), INTERVAL);
    try {
      return await answer;
    } finally {
      waiting -= 1;
      if (waiting === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    }
  };
  const onSubmittedWorkDone = queue.onSubmittedWorkDone.bind(queue);
  queue.onSubmittedWorkDone = () => hurry(onSubmittedWorkDone());
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const mapAsync = buffer.mapAsync.bind(buffer);
    buffer.mapAsync = (...range) => hurry(mapAsync(...range));
    return buffer;
  };
}
