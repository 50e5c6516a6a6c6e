import {expect, test} from "vitest";
import {crc32c} from "../../../src/components/exchange/safetensors/crc32c.js";

const bytes = (length: number, value: (i: number) => number) => Uint8Array.from({length}, (_, i) => value(i));

test("the known answers of RFC 3720, appendix B.4", () => {
  expect(crc32c(bytes(32, () => 0))).toBe(0x8a9136aa);
  expect(crc32c(bytes(32, () => 0xff))).toBe(0x62a8ab43);
  expect(crc32c(bytes(32, (i) => i))).toBe(0x46dd794e);
  expect(crc32c(bytes(32, (i) => 31 - i))).toBe(0x113fdb5c);
  // "An iSCSI - SCSI Read (10) Command PDU".
  const command = Buffer.from(
    "01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000",
    "hex"
  );
  expect(crc32c(command)).toBe(0xd9963a56);
});

test("pieces give the sum of the whole, wherever it is cut", () => {
  const whole = bytes(300, (i) => (i * 37) & 0xff);
  for (const cut of [0, 1, 17, 300])
    expect(crc32c(whole.subarray(cut), crc32c(whole.subarray(0, cut)))).toBe(crc32c(whole));
  expect(crc32c(new Uint8Array())).toBe(0);
});
