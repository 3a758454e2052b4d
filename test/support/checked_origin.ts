/**
 * An origin whose answers to health checks are in a test's hand: `/health` is answered as {@link CheckedOrigin.mood} says,
 * anything else with the origin's name.
 *
 * ```ts
 * await using origin = new CheckedOrigin("one", "held");
 * ...                                  // a cluster that has it as a host waits
 * origin.decide("passing");            // and waits no longer
 * ```
 */

/** What checks are answered: 200, 500, nothing until it changes. */
export type Mood = "passing" | "failing" | "held";

export class CheckedOrigin implements AsyncDisposable {
  readonly name: string;
  /** Checks that came. */
  checks = 0;
  /** Other requests that came. */
  requests = 0;
  #mood: Mood;
  readonly #asked: PromiseWithResolvers<void> = Promise.withResolvers();
  #held: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(name: string, mood: Mood = "passing") {
    this.name = name;
    this.#mood = mood;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response(null, { status: 500 }) },
      (request) => this.#answer(request),
    );
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** Resolves with the first check. */
  untilAsked(): Promise<void> {
    return this.#asked.promise;
  }

  /** From now on, and for the checks that are held. */
  decide(mood: Mood): void {
    this.#mood = mood;
    if (mood === "held") return;
    this.#held.resolve();
    this.#held = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.decide("failing");
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/health") {
      this.requests++;
      return new Response(this.name);
    }
    this.checks++;
    this.#asked.resolve();
    while (this.#mood === "held") await this.#held.promise;
    return new Response(null, { status: this.#mood === "passing" ? 200 : 500 });
  }
}
