import assert from "node:assert/strict";
import { canonicalIp } from "./ip_text.ts";

Deno.test("canonicalIp() gives every spelling of an address the same text", () => {
  const cases: readonly (readonly [text: string, canonical: string | null])[] = [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0::0001", "2001:db8::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::", "::"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1::", "1::"],
    ["::1.2.3.4", "::1.2.3.4"],
    ["::102:304", "::1.2.3.4"],
    ["::FFFF:10.1.2.3", "::ffff:10.1.2.3"],
    ["::ffff:a01:203", "::ffff:10.1.2.3"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["fe80::1%1", null],
    ["192.0.2.1:80", null],
    ["[::1]", null],
    ["010.1.2.3", null],
    ["10.1.2", null],
    ["", null],
    ["unknown", null],
  ];
  for (const [text, canonical] of cases) assert.equal(canonicalIp(text), canonical, text);
});
