import {answerPromptly, answersSlowly} from "./promptAnswers.js";

/** The limits that tensors and kernels run into. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
  "maxStorageBuffersPerShaderStage"
] as const;

/** What kernels use where it is there: the time each takes, exchange within a subgroup, half-precision numbers. */
const FEATURES = ["timestamp-query", "subgroups", "shader-f16"] as const satisfies GPUFeatureName[];

/** Whether a device computes: on Dawn's null adapter results are whatever lay in memory. */
export const computes = ({adapterInfo}: GPUDevice): boolean => adapterInfo?.device !== "null-backend";

/** A device with all that the adapter has of what tensors and kernels can use. */
export async function requestFullDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]))
  });
  if (answersSlowly(navigator.userAgent)) answerPromptly(device);
  return device;
}
