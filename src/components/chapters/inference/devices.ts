/** A device as its maker describes it. */
export interface Device {
  name: string;
  source: string;
  /** Bytes of memory, and bytes a second between it and the arithmetic. */
  memory: number;
  bandwidth: number;
  /** Floating-point operations a second of dense products of 16-bit numbers, summed in float32. */
  peak: number;
}

const GB = 1e9;
const TERA = 1e12;

export const devices: readonly Device[] = [
  {
    name: "NVIDIA V100 32 GB",
    source: "V100 data sheet, SXM2",
    memory: 32 * GB,
    bandwidth: 900 * GB,
    peak: 125 * TERA
  },
  {
    name: "NVIDIA RTX 4090",
    source: "Ada architecture white paper",
    memory: 24 * GB,
    bandwidth: 1008 * GB,
    peak: 165.2 * TERA
  },
  {
    name: "NVIDIA A100 80 GB",
    source: "A100 data sheet, SXM",
    memory: 80 * GB,
    bandwidth: 2039 * GB,
    peak: 312 * TERA
  },
  {
    name: "NVIDIA H100",
    source: "H100 data sheet and Hopper architecture white paper, SXM, without sparsity",
    memory: 80 * GB,
    bandwidth: 3350 * GB,
    peak: 989.4 * TERA
  },
  {
    name: "NVIDIA H200",
    source: "H200 data sheet, SXM, and Hopper architecture white paper, without sparsity",
    memory: 141 * GB,
    bandwidth: 4800 * GB,
    peak: 989.4 * TERA
  },
  {
    name: "AMD MI300X",
    source: "MI300X data sheet",
    memory: 192 * GB,
    bandwidth: 5300 * GB,
    peak: 1307.4 * TERA
  }
];
