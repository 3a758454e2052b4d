/** Origins in processes of their own, which are killed and come back on their ports. */

const ORIGIN = new URL("../load/origin_process.ts", import.meta.url).pathname;

/** Some of them, all of which answer 200. */
export class OriginFleet implements AsyncDisposable {
  readonly ports: number[] = [];
  readonly #children: Deno.ChildProcess[] = [];

  /** Starts `count` of them; resolves when all listen. */
  static async start(count: number): Promise<OriginFleet> {
    const fleet = new OriginFleet();
    for (let i = 0; i < count; i++) await fleet.#start(i, 0);
    return fleet;
  }

  /** SIGKILL; resolves when it is dead. */
  async kill(index: number): Promise<void> {
    const child = this.#children[index]!;
    child.kill("SIGKILL");
    await child.status;
  }

  /** A new process on the port of the dead one; resolves when it listens. */
  async revive(index: number): Promise<void> {
    await this.#start(index, this.ports[index]!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It is dead already.
      }
      await child.status;
    }
  }

  async #start(index: number, port: number): Promise<void> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-net", ORIGIN, String(port)],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#children[index] = child;
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    this.ports[index] = Number(new TextDecoder().decode(value));
    await reader.cancel();
  }
}
