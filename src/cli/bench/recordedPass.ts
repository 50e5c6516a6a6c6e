import * as tf from "@tensorflow/tfjs-core";

/** Part of an operation's record on tfjs's tape; the type that tfjs has for it, it does not export. */
interface TapeNode {
  inputs: Record<string, tf.Tensor>;
  outputs: tf.Tensor[];
  gradient?: (dys: tf.Tensor[]) => Record<string, () => tf.Tensor>;
  saved?: tf.Tensor[];
}

/**
 * A forward pass that has been made, whose backward pass can be run again and again: tfjs itself always makes both
 * together.
 */
export class RecordedPass {
  private readonly tape: TapeNode[];
  private readonly output: number;
  /** The gradient of the output that each backward pass begins with. */
  private readonly dy: tf.Tensor;
  private readonly reached: ReadonlySet<number>;

  constructor(
    f: (...inputs: tf.Tensor[]) => tf.Tensor,
    private readonly inputs: readonly tf.Tensor[]
  ) {
    const {state} = tf.engine();
    const outer = state.activeTape;
    state.gradientDepth++;
    state.activeTape = [];
    try {
      const y = tf.tidy(() => f(...inputs));
      this.output = y.id;
      this.dy = tf.keep(tf.randomNormal(y.shape, 0, 1, "float32", 1));
      y.dispose();
      this.tape = state.activeTape as TapeNode[];
    } finally {
      state.gradientDepth--;
      state.activeTape = outer;
    }
    const reached = new Set(inputs.map(({id}) => id));
    for (const {inputs: from, outputs} of this.tape)
      if (Object.values(from).some(({id}) => reached.has(id))) for (const {id} of outputs) reached.add(id);
    this.reached = reached;
  }

  /** The gradient of each input, which the scope around this call owns. */
  backward(): tf.Tensor[] {
    return tf.tidy(() => {
      const gradients = new Map<number, tf.Tensor>([[this.output, tf.clone(this.dy)]]);
      for (const {inputs, outputs, gradient} of this.tape.toReversed()) {
        const dys = outputs.map(({id}) => gradients.get(id));
        if (!gradient || dys.every((dy) => dy === undefined)) continue;
        const made = gradient(dys as tf.Tensor[]);
        for (const [name, {id}] of Object.entries(inputs)) {
          if (!this.reached.has(id)) continue;
          const before = gradients.get(id);
          const more = made[name]!();
          gradients.set(id, before ? tf.add(before, more) : more);
        }
      }
      return this.inputs.map(({id}) => gradients.get(id)!);
    });
  }

  dispose(): void {
    this.dy.dispose();
    for (const {saved} of this.tape) tf.dispose(saved ?? []);
  }
}
