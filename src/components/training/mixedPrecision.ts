import type {ModelConfig} from "../model/config.js";
import type {Variables} from "../model/parameterTensors.js";
import {keepsHalves} from "../ops/webgpu/halves.js";
import {kernelsAreOn} from "../ops/webgpu/kernels.js";
import type {LossScaleTensor} from "../ops/webgpu/lossScale.js";
import {flatOf} from "../webgpu/flatTensors.js";
import {LossScale} from "./lossScale.js";
import type {Snapshot} from "./snapshot.js";

/** Updates that may overflow in a row: the scale has been halved to 1 by then. */
const MOST_OVERFLOWS = 24;

/** What a run in mixed precision needs besides one in float32, or why it is computed as that here. */
export class MixedPrecision {
  /** Why a run in mixed precision is computed in float32 here; null where it is not, or was never to be mixed. */
  unmixed: string | null = null;
  private lossScale: LossScale | null = null;
  /** Updates left out in a row. */
  private overflows = 0;

  constructor({trainConfig, modelConfig, lossScale}: Snapshot, parameters: Variables) {
    if (trainConfig.precision !== "mixed") return;
    this.unmixed = whyUnmixed(modelConfig, parameters);
    if (!this.unmixed) this.lossScale = new LossScale(lossScale);
  }

  /** For a step's gradients and its update. */
  get options(): {lossScale?: LossScaleTensor} {
    return this.lossScale ? {lossScale: this.lossScale.tensor} : {};
  }

  /** Turns to float32 on a device that fails the test of its halves. */
  async check(): Promise<void> {
    if (!this.lossScale || (await keepsHalves())) return;
    this.unmixed =
      "This device does not keep numbers of half precision as it must; the run is computed in float32.";
    this.dispose();
  }

  /** Whether a step with this norm of its gradient is one to go on from: it may have overflowed, if not too often. */
  bears(norm: number): boolean {
    this.overflows = Number.isFinite(norm) ? 0 : this.overflows + 1;
    return this.overflows <= (this.lossScale ? MOST_OVERFLOWS : 0);
  }

  /** For a snapshot. */
  async data(): Promise<Pick<Snapshot, "lossScale">> {
    return this.lossScale ? {lossScale: await this.lossScale.data()} : {};
  }

  dispose(): void {
    this.lossScale?.dispose();
    this.lossScale = null;
  }
}

function whyUnmixed({architecture}: ModelConfig, parameters: Variables): string | null {
  if (architecture === "bigram") return "A bigram counts, and counts stay whole.";
  if (!kernelsAreOn())
    return "Mixed precision takes our own WebGPU kernels; this engine computes the same run in float32.";
  if (!flatOf(parameters))
    return "Mixed precision takes parameters in one buffer, and these are too large for one on this device.";
  return null;
}
