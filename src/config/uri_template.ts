/**
 * URI templates, read: `/v1/{user}/files/{rest=**}` becomes a regular expression with a group for each variable, and a
 * rewrite such as `/files/{rest}` a list of text and variables (spec/http.md 2.2, 2.6). Refusals are in Envoy's words.
 *
 * ```
 * template = "/" [ segment *( "/" segment ) ] [ "/" ]
 * segment  = "*" | "**" | literal | [ literal ] variable [ literal ]      the last segment may be  ("*" | "**") literal
 * variable = "{" name [ "=" part *( "/" part ) ] "}"                      part = "*" | "**" | literal
 * ```
 *
 * `*` is one segment, `**` any number of them and the last operator; a variable without parts is `*`.
 */

/** A template that matches paths. */
export interface UriTemplateConfig {
  readonly template: string;
  /** What a path must be as a whole, without its query. */
  readonly regex: string;
  /** Names of its groups, in their order. */
  readonly variables: readonly string[];
}

/** A template that makes paths: literal text, and variables of the one that matched. */
export interface UriRewriteConfig {
  readonly template: string;
  readonly parts: readonly { readonly kind: "text" | "variable"; readonly text: string }[];
}

const MAX_VARIABLES = 5;
const MAX_NAME_LENGTH = 16;

const PRINTABLE = /^\/[!-~]*$/;
const LITERAL = /^[\w.~%!$&'()*+,;:@=-]+$/;
const REWRITE_LITERAL = /^[\w.~%!$&'()*+,;:@=/-]+$/;
const NAME = /^[A-Za-z]\w*$/;
/** What one segment and what several are made of. */
const ONE_SEGMENT = "[a-zA-Z0-9._~%!$&'()*+,;:@=-]+";
const SEGMENTS = "[a-zA-Z0-9._~%!$&'()*+,;:@=/-]*";

/** A template was refused; caught by the two functions below. */
class TemplateError extends Error {}

/** Reads a template that matches, or says why it is refused. */
export function parseUriTemplate(template: string): UriTemplateConfig | string {
  return reading(() => new TemplateReader(template).read());
}

/** Reads a template that rewrites, or says why it is refused. */
export function parseUriRewrite(template: string): UriRewriteConfig | string {
  const refusal = `path_rewrite_policy.path_template_rewrite ${template} is invalid`;
  if (!PRINTABLE.test(template) || template.includes("//")) return refusal;
  const parts: { kind: "text" | "variable"; text: string }[] = [];
  for (const [, name, text] of template.matchAll(/\{([^}]*)\}|([^{]+|\{)/g)) {
    if (name === undefined ? !REWRITE_LITERAL.test(text!) : !NAME.test(name)) return refusal;
    parts.push(name === undefined ? { kind: "text", text: text! } : { kind: "variable", text: name });
  }
  return { template, parts };
}

/** What is wrong with a rewrite behind this match, or null. */
export function uriRewriteProblem(match: UriTemplateConfig | null, rewrite: UriRewriteConfig): string | null {
  if (match === null) {
    return "unable to use envoy.path.rewrite.uri_template.uri_template_rewriter extension without " +
      "envoy.path.match.uri_template.uri_template_matcher extension";
  }
  const unknown = rewrite.parts.some(({ kind, text }) => kind === "variable" && !match.variables.includes(text));
  return unknown
    ? `mismatch between variables in path_match_policy ${match.template} and path_rewrite_policy ${rewrite.template}`
    : null;
}

function reading<Read>(read: () => Read): Read | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

class TemplateReader {
  readonly #template: string;
  #rest: string;
  readonly #variables: string[] = [];
  #hasSegmentsOperator = false;

  constructor(template: string) {
    this.#template = template;
    this.#rest = template.slice(1);
  }

  read(): UriTemplateConfig {
    if (!PRINTABLE.test(this.#template)) refuse(this.#template, `Invalid pattern: "${this.#template}"`);
    let regex = "/";
    while (this.#rest !== "") {
      regex += this.#segment();
      if (this.#rest === "") break;
      regex += "/";
      this.#rest = this.#rest.slice(1);
      if (this.#rest === "") break;
    }
    return { template: this.#template, regex, variables: this.#variables };
  }

  /** Takes one segment; what is left is empty or begins with a slash. */
  #segment(): string {
    if (this.#rest.startsWith("*")) {
      const operator = this.#operator();
      if (this.#rest === "" || this.#rest.startsWith("/")) return operator;
      const suffix = this.#literal();
      if (this.#rest !== "") this.#refuse("Prefix match not supported.");
      return operator + suffix;
    }
    const segment = this.#rest.split("/", 1)[0]!;
    const isMixed = segment.startsWith("{") || (segment.includes("{") && segment.includes("}"));
    return isMixed ? this.#mixed() : this.#literal();
  }

  /** `*` or `**`. */
  #operator(): string {
    if (this.#hasSegmentsOperator) this.#refuse("Glob after text glob.");
    const isSegments = this.#rest.startsWith("**");
    this.#hasSegmentsOperator = isSegments;
    this.#rest = this.#rest.slice(isSegments ? 2 : 1);
    return isSegments ? SEGMENTS : ONE_SEGMENT;
  }

  #literal(): string {
    const literal = this.#rest.split("/", 1)[0]!;
    if (!LITERAL.test(literal)) this.#refuse(`Invalid literal: "${literal}"`);
    this.#rest = this.#rest.slice(literal.length);
    return quoted(literal);
  }

  /** A variable with what stands before and behind it in its segment. */
  #mixed(): string {
    const open = this.#rest.indexOf("{"), close = this.#rest.indexOf("}", open);
    if (close < 0) this.#refuse(`Unmatched variable bracket in mixed pattern: "${this.#rest}"`);
    const prefix = this.#rest.slice(0, open), variable = this.#rest.slice(open + 1, close);
    const suffix = this.#rest.slice(close + 1).split("/", 1)[0]!;
    if (prefix !== "" && !LITERAL.test(prefix)) this.#refuse(`Invalid prefix literal: "${prefix}"`);
    if (suffix !== "" && !LITERAL.test(suffix)) this.#refuse(`Invalid suffix literal: "${suffix}"`);
    const after = this.#rest.slice(close + 1 + suffix.length);
    const group = this.#variable(variable);
    this.#rest = after;
    return quoted(prefix) + group + quoted(suffix);
  }

  #variable(text: string): string {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!NAME.test(name)) this.#refuse(`Invalid variable name: "${name}"`);
    const parts = equals < 0 ? this.#implicitOperator() : this.#parts(text.slice(equals + 1));
    this.#declare(name);
    return `(?P<${name}>${parts})`;
  }

  #implicitOperator(): string {
    if (this.#hasSegmentsOperator) this.#refuse("Implicit variable path glob after text glob.");
    return ONE_SEGMENT;
  }

  #parts(text: string): string {
    if (text === "") this.#refuse("Empty variable match");
    let regex = "";
    for (this.#rest = text;;) {
      regex += this.#rest.startsWith("*") ? this.#operator() : this.#literal();
      if (this.#rest === "") return regex;
      if (!this.#rest.startsWith("/") || this.#rest === "/") this.#refuse(`Invalid variable match: "${this.#rest}"`);
      regex += "/";
      this.#rest = this.#rest.slice(1);
    }
  }

  #declare(name: string): void {
    if (this.#variables.length === MAX_VARIABLES) this.#refuse(`Exceeded variable count limit (${MAX_VARIABLES})`);
    if (name.length > MAX_NAME_LENGTH) {
      this.#refuse(
        `Invalid variable name length (length of "${name}" should be at least 1 and no more than ${MAX_NAME_LENGTH})`,
      );
    }
    if (this.#variables.includes(name)) this.#refuse(`Repeated variable name: "${name}"`);
    this.#variables.push(name);
  }

  #refuse(reason: string): never {
    return refuse(this.#template, reason);
  }
}

function refuse(template: string, reason: string): never {
  throw new TemplateError(`path_match_policy.path_template ${template} is invalid: ${reason}`);
}

/**
 * Literal text as Envoy puts it into the expression. A `*` within it stays as it is there and repeats the character
 * before it, which nobody can want but everybody gets.
 */
function quoted(literal: string): string {
  return literal.replace(/[$()+.]/g, "\\$&");
}
