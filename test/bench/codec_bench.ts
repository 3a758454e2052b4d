/**
 * What the HTTP/1 codecs cost a proxied request: `deno bench test/bench/codec_bench.ts`.
 * The bar is 1.5 µs for parsing and encoding a browser's request head (design: 24 µs for the whole request).
 */
import { latin1Bytes } from "../../src/base/ascii.ts";
import { ByteBlock } from "../../src/base/byte_block.ts";
import type { ByteSink } from "../../src/base/byte_sink.ts";
import { ByteWriter } from "../../src/base/byte_writer.ts";
import { H1ClientCodec } from "../../src/codec/h1/client_codec.ts";
import type { H1ClientOptions, H1ServerOptions } from "../../src/codec/h1/options.ts";
import { H1ServerCodec } from "../../src/codec/h1/server_codec.ts";
import type { RequestReceiver, ResponseEncoder, ResponseReceiver } from "../../src/codec/http_codec.ts";
import { HeaderId, headerMask } from "../../src/http/header_names.ts";
import { RequestHead } from "../../src/http/request_head.ts";
import { ResponseHead } from "../../src/http/response_head.ts";

const REQUEST = latin1Bytes([
  "GET /api/v1/items/42?sort=name&page=2 HTTP/1.1",
  "Host: www.example.com",
  "Connection: keep-alive",
  'sec-ch-ua: "Chromium";v="126", "Not/A)Brand";v="8"',
  "sec-ch-ua-mobile: ?0",
  'sec-ch-ua-platform: "Linux"',
  "Upgrade-Insecure-Requests: 1",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Sec-Fetch-Site: none",
  "Sec-Fetch-Mode: navigate",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-GB,en;q=0.9",
  "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark",
  "",
  "",
].join("\r\n"));

const RESPONSE_HEAD = latin1Bytes([
  "HTTP/1.1 200 OK",
  "Content-Type: application/json; charset=utf-8",
  "Content-Length: 120",
  "Date: Mon, 01 Jan 2024 00:00:00 GMT",
  "Server: origin",
  "Cache-Control: private, max-age=0",
  'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"',
  "",
  "",
].join("\r\n"));
const RESPONSE = new Uint8Array([...RESPONSE_HEAD, ...new Uint8Array(120).fill(120)]);

const SERVER_OPTIONS: H1ServerOptions = {
  maxHeadersKb: 60,
  maxHeadersCount: 100,
  enableTrailers: false,
  allowChunkedLength: false,
  properCaseWords: false,
  preserveCase: null,
  acceptHttp10: false,
  defaultHostForHttp10: "",
  allowAbsoluteUrl: true,
  allowCustomMethods: false,
  ignoresUpgrade: null,
  underscores: null,
  refuseHttpsTarget: false,
};
const CLIENT_OPTIONS: H1ClientOptions = { ...SERVER_OPTIONS, sendFullyQualifiedUrl: false };
const HOP_BY_HOP = headerMask(HeaderId.connection, HeaderId.transferEncoding, HeaderId.upgrade, HeaderId.keepAlive);

class BlindSink implements ByteSink {
  readonly writer = new ByteWriter();
  touch(): void {}
  writeBlock(block: ByteBlock, start: number, end: number): void {
    this.writer.writeRange(block.bytes, start, end);
  }
}

class Quiet {
  onHead(): void {}
  onBody(): void {}
  onTrailers(): void {}
  onEnd(): void {}
  onFault(): void {}
  onWriteBlocked(): void {}
  onInterim(): void {}
}

class QuietRequest extends Quiet implements RequestReceiver {
  readonly head = new RequestHead();
}

class QuietResponse extends Quiet implements ResponseReceiver {
  readonly head = new ResponseHead();
}

/** One proxied exchange: the codecs of both sides, with the connection manager's part left out. */
class Exchange {
  readonly #request = new QuietRequest();
  readonly #response = new QuietResponse();
  readonly #serverSink = new BlindSink();
  readonly #clientSink = new BlindSink();
  readonly #requestBlock = new ByteBlock(new Uint8Array(1024));
  readonly #responseBlock = new ByteBlock(new Uint8Array(1024));
  readonly #server: H1ServerCodec;
  readonly #client: H1ClientCodec;
  #encoder: ResponseEncoder | null = null;

  constructor() {
    this.#server = new H1ServerCodec(
      {
        openStream: (encoder) => {
          this.#encoder = encoder;
          return this.#request;
        },
        readDisable: () => {},
        onExchangeEnd: () => {},
      },
      this.#serverSink,
      SERVER_OPTIONS,
    );
    this.#client = new H1ClientCodec(
      { readDisable: () => {}, onExchangeEnd: () => {}, onUnexpectedBytes: () => {}, endOutput: () => {} },
      this.#clientSink,
      CLIENT_OPTIONS,
    );
  }

  /** Fills the read blocks, which the kernel does in the product: not counted. */
  fill(): void {
    this.#requestBlock.bytes.set(REQUEST);
    this.#responseBlock.bytes.set(RESPONSE);
  }

  parseRequest(): void {
    this.#server.receive(this.#requestBlock, 0, REQUEST.length);
  }

  encodeRequest(): void {
    const { head } = this.#request;
    head.headers.removeAny(HOP_BY_HOP);
    this.#client.openStream(this.#response).encodeHead(head, true);
  }

  parseResponse(): void {
    this.#client.receive(this.#responseBlock, 0, RESPONSE.length);
  }

  encodeResponse(): void {
    const encoder = this.#encoder!;
    encoder.encodeHead(this.#response.head, false);
    encoder.encodeBody(this.#responseBlock, RESPONSE_HEAD.length, RESPONSE.length);
    encoder.encodeEnd(null);
  }

  end(): void {
    this.#request.head.release();
    this.#response.head.release();
    this.#serverSink.writer.clear();
    this.#clientSink.writer.clear();
  }
}

const CONNECTIONS = 64;
const exchanges = Array.from({ length: CONNECTIONS }, () => new Exchange());

/** Steps in order; each runs over all connections, so that the clock is read seldom. */
const STEPS: readonly [name: string, step: (exchange: Exchange) => void][] = [
  ["parse request", (exchange) => exchange.parseRequest()],
  ["encode request", (exchange) => exchange.encodeRequest()],
  ["parse response", (exchange) => exchange.parseResponse()],
  ["encode response", (exchange) => exchange.encodeResponse()],
];

/** Median nanoseconds of each step for one connection. */
function measure(rounds: number): number[] {
  const samples = STEPS.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const exchange of exchanges) exchange.fill();
    STEPS.forEach(([, step], index) => {
      const start = performance.now();
      for (const exchange of exchanges) step(exchange);
      samples[index]!.push((performance.now() - start) * 1e6 / CONNECTIONS);
    });
    for (const exchange of exchanges) exchange.end();
  }
  return samples.map((sample) => sample.sort((a, b) => a - b)[sample.length >> 1]!);
}

if (import.meta.main) {
  measure(2000);
  const figures = measure(4000);
  STEPS.forEach(([name], index) => console.log(`${name}: ${figures[index]!.toFixed(0)} ns`));
  console.log(`together: ${figures.reduce((sum, figure) => sum + figure).toFixed(0)} ns`);
}

Deno.bench(`${CONNECTIONS} exchanges, heads of ${REQUEST.length} and ${RESPONSE_HEAD.length} bytes`, () => {
  measure(1);
});
