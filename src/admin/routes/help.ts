/** `/` and `/help` (spec/operations.md 5, 6.1). */
import { answer } from "../answer.ts";
import { type Command, helpText } from "../command.ts";

/** `/`: a browser is sent to the console, anything else gets the help text. */
export function homeCommand(commands: readonly Command[], hasConsole: boolean): Command {
  return {
    path: "/",
    help: "Admin home page",
    isMutating: false,
    params: [],
    answer(_, request) {
      const wantsPage = request.headers.get("accept")?.includes("text/html") ?? false;
      if (!wantsPage || !hasConsole) return answer(helpText(commands));
      return new Response(null, { status: 302, headers: { location: "/console/" } });
    },
  };
}

/** `/help`. */
export function helpCommand(commands: readonly Command[]): Command {
  return {
    path: "/help",
    help: "print out list of admin commands",
    isMutating: false,
    params: [],
    answer: () => answer(helpText(commands)),
  };
}
