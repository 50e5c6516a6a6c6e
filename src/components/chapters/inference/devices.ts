/** A device as its maker describes it. */
export interface Device {
  name: string;
  /** Where the maker says so. */
  source: string;
  /** Bytes of memory, and bytes a second between it and the arithmetic. */
  memory: number;
  bandwidth: number;
  /** Floating-point operations a second of dense products of 16-bit numbers, summed in float32. */
  peak: number;
}

const GB = 1e9;
const TERA = 1e12;

/** Devices by their peak, without the doubling for sparse matrices. */
export const devices: readonly Device[] = [
  {
    name: "NVIDIA T4",
    source: "T4 data sheet (2019); memory of 256 bits, 10 Gbit/s each",
    memory: 16 * GB,
    bandwidth: 320 * GB,
    peak: 65 * TERA
  },
  {
    name: "NVIDIA V100 32 GB",
    source: "V100 data sheet, SXM2",
    memory: 32 * GB,
    bandwidth: 900 * GB,
    peak: 125 * TERA
  },
  {
    name: "NVIDIA RTX 4090",
    source: "Ada GPU architecture white paper (2022)",
    memory: 24 * GB,
    bandwidth: 1008 * GB,
    peak: 165.2 * TERA
  },
  {
    name: "NVIDIA A100 80 GB",
    source: "A100 data sheet (2021), SXM",
    memory: 80 * GB,
    bandwidth: 2039 * GB,
    peak: 312 * TERA
  },
  {
    name: "NVIDIA H100 SXM",
    source: "H100 data sheet and Hopper architecture white paper (2022), without sparsity",
    memory: 80 * GB,
    bandwidth: 3350 * GB,
    peak: 989.4 * TERA
  },
  {
    name: "NVIDIA H200 SXM",
    source: "H200 data sheet and Hopper architecture white paper (2022), without sparsity",
    memory: 141 * GB,
    bandwidth: 4800 * GB,
    peak: 989.4 * TERA
  },
  {
    name: "AMD MI300X",
    source: "MI300X data sheet (2023)",
    memory: 192 * GB,
    bandwidth: 5300 * GB,
    peak: 1307.4 * TERA
  }
];
