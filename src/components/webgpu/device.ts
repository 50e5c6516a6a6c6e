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

/** A device with all that the adapter has of what tensors and kernels can use. */
export function requestFullDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]))
  });
}
