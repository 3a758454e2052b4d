/**
 * Heads and trailers, as maps: a field's lines are one value, joined by commas, whatever case its name is asked for in.
 * What Envoy has as pseudo header fields goes by those names.
 *
 * Differs from Envoy: a value that is no UTF-8 has U+FFFD where it is none, since CEL's strings are Unicode.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { CelFields } from "../../base/cel/values.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { shownScheme } from "../shown_scheme.ts";
import type { StreamView } from "../stream_view.ts";

/** Where the stream is that is looked at. */
export interface ViewHolder {
  /** Null: none is. */
  readonly view: StreamView | null;
}

/** One head or the trailers of the stream that is looked at. */
abstract class HeaderFields implements CelFields {
  readonly #holder: ViewHolder;

  constructor(holder: ViewHolder) {
    this.#holder = holder;
  }

  protected abstract headersOf(view: StreamView): HeaderList | null;

  /** Names beside those of the fields. */
  protected abstract pseudoNamesOf(view: StreamView): readonly string[];

  /** Null: it is not there. */
  protected abstract pseudoField(view: StreamView, name: string): string | null;

  get(written: string): string | undefined {
    const { view } = this.#holder;
    if (view === null) return undefined;
    const name = written.toLowerCase();
    const value = name.startsWith(":")
      ? this.pseudoField(view, name)
      : this.headersOf(view)?.getNameJoined(name) ?? null;
    return value === null ? undefined : unicode(value);
  }

  names(): readonly string[] {
    const { view } = this.#holder;
    if (view === null) return [];
    const named = (this.headersOf(view)?.entries() ?? []).map(([name]) => name.toLowerCase());
    return [...new Set([...this.pseudoNamesOf(view), ...named.filter((name) => !this.isPseudo(name))])];
  }

  /** A field that has a pseudo name. */
  protected isPseudo(_name: string): boolean {
    return false;
  }

  messageText(): null {
    return null;
  }
}

/** Of the request. */
export class RequestHeaderFields extends HeaderFields {
  protected override headersOf({ request }: StreamView): HeaderList | null {
    return request?.headers ?? null;
  }

  protected override pseudoNamesOf(view: StreamView): readonly string[] {
    return [":authority", ":method", ":path", ":scheme"].filter((name) => this.pseudoField(view, name) !== null);
  }

  protected override pseudoField({ request, facts }: StreamView, name: string): string | null {
    if (request === null) return null;
    switch (name) {
      case ":authority":
        return request.headers.getName("host");
      case ":method":
        return request.method;
      case ":path":
        return request.pathEnd > request.pathStart ? request.path : null;
      case ":scheme":
        return shownScheme(request, facts);
      default:
        return null;
    }
  }

  protected override isPseudo(name: string): boolean {
    return name === "host";
  }
}

/** Of the response. */
export class ResponseHeaderFields extends HeaderFields {
  protected override headersOf({ response }: StreamView): HeaderList | null {
    return response?.headers ?? null;
  }

  protected override pseudoNamesOf({ response }: StreamView): readonly string[] {
    return response === null ? [] : [":status"];
  }

  protected override pseudoField({ response }: StreamView, name: string): string | null {
    return response === null || name !== ":status" ? null : String(response.status);
  }
}

/** The response's trailers. */
export class ResponseTrailerFields extends HeaderFields {
  protected override headersOf({ responseTrailers }: StreamView): HeaderList | null {
    return responseTrailers;
  }

  protected override pseudoNamesOf(): readonly string[] {
    return [];
  }

  protected override pseudoField(): null {
    return null;
  }
}

/** Text of one unit a byte, read as UTF-8. */
export function unicode(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(latin1Bytes(text));
  }
  return text;
}
