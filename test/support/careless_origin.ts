/**
 * An origin that reads carelessly and answers whatever it believes to be a request, with what it believed: so that a client
 * sees when an answer is another's.
 */
import { type BelievedRequest, CARELESS, readCarelessly } from "./careless_reader.ts";

/** What one connection brought, and how much of it was answered. */
export class CarelessConversation {
  /** Everything that came. */
  received = "";
  #answered = 0;

  /** Takes bytes and returns the answers to what they complete. */
  take(text: string): string {
    this.received += text;
    const { requests } = readCarelessly(this.received, CARELESS[0]!);
    const answers = requests.slice(this.#answered).map(answerTo).join("");
    this.#answered = requests.length;
    return answers;
  }
}

/** The body of the answer to a request. */
export function echoOf({ start, body }: BelievedRequest): string {
  return `${start} +${body.length}`;
}

function answerTo(request: BelievedRequest): string {
  const body = echoOf(request);
  return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${request.start.startsWith("HEAD ") ? "" : body}`;
}
