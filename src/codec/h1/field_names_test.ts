import assert from "node:assert/strict";
import { HeaderId } from "../../http/header_names.ts";
import { RequestHead } from "../../http/request_head.ts";
import { H1ClientCodec } from "./client_codec.ts";
import {
  blockOf,
  CLIENT_OPTIONS,
  ClientEvents,
  respond,
  ResponseRecorder,
  SERVER_OPTIONS,
  ServerEvents,
  TextSink,
  Wire,
} from "./codec_fixture.ts";
import type { H1ClientOptions, H1ServerOptions } from "./options.ts";
import { H1ServerCodec } from "./server_codec.ts";

type Feeding = readonly [name: string, feeding: "stay" | "move", sizes: readonly number[]];

/** Whole, byte by byte in one place and in ever another, and in odd pieces. */
const FEEDINGS: readonly Feeding[] = [
  ["whole", "stay", []],
  ["byte by byte", "stay", [1]],
  ["byte by byte, moving", "move", [1]],
  ["in pieces", "move", [3, 1, 7, 2]],
];

function serve(options: Partial<H1ServerOptions>, feeding: "stay" | "move" = "stay") {
  const events = new ServerEvents(), sink = new TextSink();
  const codec = new H1ServerCodec(events, sink, { ...SERVER_OPTIONS, ...options });
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  return { events, sink, wire };
}

function dial(options: Partial<H1ClientOptions> = {}, feeding: "stay" | "move" = "stay") {
  const sink = new TextSink();
  const codec = new H1ClientCodec(new ClientEvents(), sink, { ...CLIENT_OPTIONS, ...options });
  return { codec, sink, wire: new Wire(codec, feeding) };
}

const KEEP = { isProperElse: false, forwardsReasonPhrase: false };
const REQUEST = "POST /x HTTP/1.1\r\nHoSt: a.test\r\nX-Foo: 1\r\nx-fOO:  2\r\nTransfer-ENCODING: chunked\r\n\r\n" +
  "2\r\nab\r\n0\r\nTr-Ail: t\r\n\r\n";

for (const [name, feeding, sizes] of FEEDINGS) {
  Deno.test(`codecs write a request's names as they were spelled, ${name}`, () => {
    const cases = [
      [KEEP, "HoSt: a.test\r\nX-Foo: 1\r\nX-Foo: 2\r\nx-added: 3\r\nTransfer-ENCODING: chunked\r\n\r\n"],
      [
        { ...KEEP, isProperElse: true },
        "HoSt: a.test\r\nX-Foo: 1\r\nX-Foo: 2\r\nX-Added: 3\r\nTransfer-ENCODING: chunked\r\n\r\n",
      ],
      [null, "host: a.test\r\nx-foo: 1\r\nx-foo: 2\r\nx-added: 3\r\ntransfer-encoding: chunked\r\n\r\n"],
    ] as const;
    for (const [preserveCase, wanted] of cases) {
      const { events, wire } = serve({ preserveCase, enableTrailers: true }, feeding);
      wire.send(REQUEST, ...sizes);
      const { head, message } = events.requests[0]!;
      assert.deepEqual(message.fields.map(([name]) => name), ["host", "x-foo", "x-foo", "transfer-encoding"]);
      assert.deepEqual(message.trailers, [["tr-ail", "t"]]);
      head.headers.addName("x-added", "3");
      const { codec, sink } = dial({ enableTrailers: true });
      codec.openStream(new ResponseRecorder()).encodeHead(head, false);
      assert.equal(sink.take(), `POST /x HTTP/1.1\r\n${wanted}`);
    }
  });

  Deno.test(`codecs write a response's names and reason as they came, ${name}`, () => {
    const response = "HTTP/1.1 200 Quite Fine\r\nContent-LENGTH: 0\r\nSerVer: x\r\n\r\n";
    const cases = [
      [KEEP, "HTTP/1.1 200 OK\r\nContent-LENGTH: 0\r\nSerVer: mine\r\nconnection: close\r\n\r\n"],
      [
        { isProperElse: true, forwardsReasonPhrase: true },
        "HTTP/1.1 200 Quite Fine\r\nContent-LENGTH: 0\r\nSerVer: mine\r\nConnection: close\r\n\r\n",
      ],
      [null, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nserver: mine\r\nconnection: close\r\n\r\n"],
    ] as const;
    for (const [preserveCase, wanted] of cases) {
      const { codec, wire } = dial({ preserveCase }, feeding);
      const recorder = new ResponseRecorder();
      codec.openStream(recorder).encodeHead(get(), true);
      wire.send(response, ...sizes);
      const { head } = recorder;
      head.headers.set(HeaderId.server, "mine");
      const server = serve({});
      server.wire.send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      server.events.requests[0]!.encoder.encodeHead(head, true);
      assert.equal(server.sink.take(), wanted);
    }
  });

  Deno.test(`server codec drops or refuses names with an underscore, ${name}`, () => {
    for (const refuses of [false, true]) {
      let found = 0;
      const underscores = { refuses, onFound: () => void found++ };
      const { events, sink, wire } = serve({ underscores, maxHeadersCount: 3 }, feeding);
      events.answer = ({ encoder }) => respond(encoder, 200, "");
      wire.send(
        "GET / HTTP/1.1\r\nHost: a_b\r\nX_A: 1\r\nx-b: _\r\ncontent_length: 5\r\nx_c: 2\r\nx-d: 4\r\n\r\n",
        ...sizes,
      );
      const [message] = events.messages;
      if (refuses) {
        assert.deepEqual([message!.status, message!.end, found], [400, "http1.unexpected_underscore", 1]);
      } else {
        assert.deepEqual(message!.fields, [["host", "a_b"], ["x-b", "_"], ["x-d", "4"]], "the dropped are not counted");
        assert.equal(found, 3);
        assert.match(sink.take(), /^HTTP\/1.1 200/);
      }
    }
  });

  Deno.test(`server codec looks for underscores in trailers that are handed on, ${name}`, () => {
    for (const enableTrailers of [false, true]) {
      for (const refuses of [false, true]) {
        const underscores = { refuses, onFound: () => {} };
        const { events, wire } = serve({ underscores, enableTrailers }, feeding);
        wire.send(
          "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nt_r: 1\r\nt-s: 2\r\n\r\n",
          ...sizes,
        );
        const [message] = events.messages;
        assert.equal(message!.end, refuses && enableTrailers ? "http1.unexpected_underscore" : "end");
        assert.deepEqual(message!.trailers, enableTrailers && !refuses ? [["t-s", "2"]] : []);
      }
    }
  });
}

Deno.test("codecs keep the spelling of each message by itself", () => {
  const { events, wire } = serve({ preserveCase: KEEP });
  events.answer = ({ encoder }) => respond(encoder, 200, "");
  wire.send("GET / HTTP/1.1\r\nHOST: a\r\nX-Foo: 1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nx-foo: 1\r\n\r\n");
  const { codec, sink } = dial();
  codec.openStream(new ResponseRecorder()).encodeHead(events.requests[1]!.head, true);
  assert.equal(sink.take(), "GET / HTTP/1.1\r\nHost: a\r\nx-foo: 1\r\n\r\n");
});

function get(): RequestHead {
  const head = new RequestHead();
  head.begin(blockOf("GET"));
  head.methodId = 1;
  head.methodEnd = 3;
  head.path = "/";
  head.headers.add(HeaderId.host, "a");
  return head;
}
