import assert from "node:assert/strict";
import { assertFormats, assertJsonValues } from "../../../test/support/formats.ts";
import { beganFacts, connectionFacts, hostFacts, streamView } from "../../../test/support/stream_views.ts";
import { type EndAddress, UpstreamConnectionFacts } from "../connection_facts.ts";
import { networkText } from "./network_text.ts";

const ip = (host: string, port: number): EndAddress => ({ kind: "ip", host, port });
const pipe = (path: string): EndAddress => ({ kind: "pipe", path });

function upstream(remote: EndAddress, local: EndAddress | null): UpstreamConnectionFacts {
  const host = hostFacts("unused");
  return new UpstreamConnectionFacts(3, host, remote, local, 11, 0, 1);
}

Deno.test("addresses of the downstream connection are those of the socket until somebody says otherwise", () => {
  const connection = connectionFacts();
  assertFormats(streamView({ connection }), {
    "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%": "10.1.2.3:4567 10.1.2.3:4567",
    "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_DIRECT_LOCAL_ADDRESS%": "127.0.0.1:10000 127.0.0.1:10000",
    "%DOWNSTREAM_REMOTE_PORT% %DOWNSTREAM_LOCAL_PORT%": "4567 10000",
  });
  connection.peer = ip("192.0.2.1", 99);
  connection.local = ip("192.0.2.2", 443);
  assertFormats(streamView({ connection }), {
    "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%": "192.0.2.1:99 10.1.2.3:4567",
    "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_DIRECT_LOCAL_PORT%": "192.0.2.2:443 10000",
  });
});

Deno.test("the remote address is the trusted client's, which has a port only where it is the peer", () => {
  const view = (downstreamAddress: string) => streamView({ facts: beganFacts({ downstreamAddress }) });
  assertFormats(view("10.1.2.3"), { "%DOWNSTREAM_REMOTE_ADDRESS%": "10.1.2.3:4567" });
  assertFormats(view("203.0.113.9"), {
    "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_PORT%": "203.0.113.9:0 0",
    "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%": "10.1.2.3:4567",
  });
  assertFormats(view("2001:db8::1"), {
    "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%": "[2001:db8::1]:0 2001:db8::1",
    "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(32)%": "2001:db8::/32",
  });
});

Deno.test("addresses without a port may be cut to their network", () => {
  assertFormats(streamView(), {
    "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%": "10.1.2.3",
    "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT(16)%": "10.1.0.0/16",
    "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(8)%": "127.0.0.0/8",
    "%DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT(99)%": "127.0.0.1/32",
  });
});

Deno.test("a pipe is its path, has no port and lies in no network", () => {
  const connection = connectionFacts({ directLocal: pipe("/tmp/a.sock"), local: pipe("/tmp/a.sock") });
  const view = streamView({ connection });
  assertFormats(view, {
    "%DOWNSTREAM_LOCAL_ADDRESS%|%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%": "/tmp/a.sock|/tmp/a.sock",
    "%DOWNSTREAM_LOCAL_PORT%|%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(8)%": "|",
  });
  assertJsonValues(view, { "%DOWNSTREAM_LOCAL_PORT%": "null", "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(8)%": '""' });
});

Deno.test("addresses of the upstream connection are there once it is", () => {
  assertFormats(streamView(), {
    "%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_LOCAL_ADDRESS% %UPSTREAM_REMOTE_PORT% %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(8)%":
      "- - - -",
  });
  const facts = beganFacts({ upstreamConnection: upstream(ip("::1", 80), ip("::1", 5000)) });
  assertFormats(streamView({ facts }), {
    "%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_LOCAL_ADDRESS%": "[::1]:80 [::1]:5000",
    "%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %UPSTREAM_LOCAL_PORT%": "::1 5000",
  });
  facts.upstreamConnection = upstream(pipe("/run/x"), null);
  assertFormats(streamView({ facts }), { "%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_LOCAL_ADDRESS%": "/run/x -" });
});

Deno.test("endpoint ids are empty where there is an address", () => {
  const view = streamView();
  assertFormats(view, {
    "%DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID%|%DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID%": "|",
    "%UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID%": "-",
  });
});

Deno.test("addresses keep their types in JSON", () => {
  assertJsonValues(streamView(), {
    "%DOWNSTREAM_REMOTE_PORT%": "4567",
    "%DOWNSTREAM_REMOTE_ADDRESS%": '"10.1.2.3:4567"',
    "%UPSTREAM_REMOTE_PORT%": "null",
  });
});

Deno.test("networkText writes the network of an address", () => {
  const cases: [host: string, prefix: number, expected: string][] = [
    ["10.1.2.3", 0, "0.0.0.0/0"],
    ["10.1.2.3", 9, "10.0.0.0/9"],
    ["255.255.255.255", 31, "255.255.255.254/31"],
    ["10.1.2.3", 32, "10.1.2.3/32"],
    ["10.1.2.3", 33, "10.1.2.3/32"],
    ["10.1.2.3", -1, ""],
    ["2001:db8:1:2:3:4:5:6", 128, "2001:db8:1:2:3:4:5:6/128"],
    ["2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::/64"],
    ["2001:db8:ffff::1", 33, "2001:db8:8000::/33"],
    ["2001:0:0:1:0:0:0:1", 128, "2001:0:0:1::1/128"],
    ["2001:db8:0:1:1:1:1:1", 128, "2001:db8:0:1:1:1:1:1/128"],
    ["::1", 128, "::1/128"],
    ["ff::", 0, "::/0"],
    ["::1", 200, "::1/128"],
    ["no address", 8, ""],
  ];
  for (const [host, prefix, expected] of cases) assert.equal(networkText(host, prefix), expected, `${host}/${prefix}`);
});
