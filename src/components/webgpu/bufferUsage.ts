/** GPUBufferUsage, whose constants are not everywhere where a device is. */
export const bufferUsage = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyTarget: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  queryResolve: 0x0200
} as const;

/** GPUMapMode.READ. */
export const MAP_FOR_READING = 1;
