import assert from "node:assert/strict";
import { ownAddress } from "./own_address.ts";

function interfaceOf(family: "IPv4" | "IPv6", address: string): Deno.NetworkInterfaceInfo {
  return { family, name: "x", address, netmask: "", scopeid: null, cidr: "", mac: "" };
}

Deno.test("ownAddress is the first IPv4 address that is not loopback", () => {
  const interfaces = [
    interfaceOf("IPv4", "127.0.0.1"),
    interfaceOf("IPv6", "2001:db8::1"),
    interfaceOf("IPv4", "192.0.2.7"),
    interfaceOf("IPv4", "192.0.2.8"),
  ];
  assert.equal(ownAddress(interfaces), "192.0.2.7");
});

Deno.test("ownAddress is loopback on a machine without a network", () => {
  assert.equal(ownAddress([interfaceOf("IPv4", "127.0.0.1"), interfaceOf("IPv6", "::1")]), "127.0.0.1");
});
