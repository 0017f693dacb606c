import { CST, isAlias, isMap, isNode, isScalar, Lexer, LineCounter, parseDocument, visit } from "yaml";
import type { Document, Node, YAMLMap } from "yaml";
import { shown } from "./shown.ts";

/** Where something stands in a file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A fault of the form, before anything is known of the content. */
export interface YamlFault extends Position {
  text: string;
}

/** A file that was read: its value as plain data, and where each part of it stands. */
export interface YamlFile {
  value: unknown;
  /** Position of the deepest part of a path that the file has: of its key, or of its value. */
  position(path: YamlPath, of: "key" | "value"): Position;
  /** Where the value at a path stands in the text; null where the path leads nowhere, or through an alias. */
  extent(path: YamlPath): YamlExtent | null;
}

/** The part of a text that is one value, as offsets. */
export interface YamlExtent {
  from: number;
  to: number;
  /** A `|` block: each line of the value is a line of the file, beginning below the `|`. */
  literal: boolean;
}

export type YamlPath = ReadonlyArray<string | number>;
export type YamlReading = { ok: true; file: YamlFile } | { ok: false; faults: YamlFault[] };

/** What a file may be. Strangers write these files: a parser's time and memory are theirs to waste without limits. */
export interface YamlLimits {
  /** Bytes of UTF-8. */
  bytes: number;
  /** Whether `&anchors` and `*aliases` may be used. */
  anchors: boolean;
}

/** Brackets in brackets, list items on one line. */
const deepest = 20;
/** The parser's time grows with the square of some of these. */
const mostKeys = 5000;
const mostTokens = 50_000;
const mostFaults = 20;

/**
 * Reads one YAML 1.2 document of plain maps with text keys, lists and scalars. Refused with a sentence: what isn't valid, several
 * documents, a key twice, tags, directives, `?` keys, what unfolds or nests to too much. Never throws.
 */
export function readYaml(text: string, limits: YamlLimits): YamlReading {
  if (new TextEncoder().encode(text).length > limits.bytes)
    return refused({ line: 1, column: 1 }, `the file is larger than ${limits.bytes / 1024} KB: make it smaller.`);
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
  const early = scan(text, limits, lines);
  if (early !== null) return { ok: false, faults: [early] };
  const document = parse(text);
  if (document === null) return refused({ line: 1, column: 1 }, tooDeep);
  const broken = parserFaults(document, lines, text);
  if (broken.length > 0) return { ok: false, faults: broken };
  const faults = keyFaults(document, lines);
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, mostFaults) };
  const value = unfold(document);
  if (value === tooMuch)
    return refused({ line: 1, column: 1 }, "its anchors and aliases unfold to too much, or to nothing: write it out.");
  const file: YamlFile = {
    value,
    position: (path, of) => find(document, lines, path, of),
    extent: (path) => extentOf(document, path),
  };
  return { ok: true, file };
}

const tooDeep = "it nests too deeply to be read: write it flatter.";
const tooMuch = Symbol("too much");

function refused(position: Position, text: string): YamlReading {
  return { ok: false, faults: [{ ...position, text }] };
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Tokens of the lexer that stand for nothing in the text. */
const marks: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

/** The lexer is linear in the text, the parser isn't: what isn't wanted is found here, before the parser runs. */
function scan(text: string, limits: YamlLimits, lines: LineCounter): YamlFault | null {
  const control = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\u{10ffff}]|\p{Cs}/u.exec(text);
  if (control !== null)
    return {
      ...at(lines, control.index),
      text: "there is a control character here: delete it and type the line again.",
    };
  let offset = 0;
  const count = { keys: 0, depth: 0, items: 0, tokens: 0 };
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    const problem = unwanted(type, limits, count);
    if (problem !== null) return { ...at(lines, offset), text: problem };
    if (!marks.includes(token)) offset += token.length;
  }
  return null;
}

function unwanted(
  type: ReturnType<typeof CST.tokenType>,
  limits: YamlLimits,
  count: { keys: number; depth: number; items: number; tokens: number },
): string | null {
  if (type === "newline") count.items = 0;
  if (type === "flow-map-start" || type === "flow-seq-start") count.depth += 1;
  if (type === "flow-map-end" || type === "flow-seq-end") count.depth -= 1;
  if (type === "seq-item-ind") count.items += 1;
  if (type === "map-value-ind") count.keys += 1;
  if (count.depth > deepest || count.items > deepest) return tooDeep;
  if ((count.tokens += 1) > mostTokens) return "the file has too many parts to be read: make it smaller.";
  if (count.keys > mostKeys) return `the file has more than ${mostKeys} keys: make it smaller.`;
  if (type === "explicit-key-ind") return "keys that begin with `?` aren't read here: write `key: value`.";
  if (type === "tag") return "tags (`!…`) aren't read here: leave the tag out, or put the text in quotes.";
  if (type === "directive-line") return "directives (`%…`) aren't read here: delete this line.";
  if (!limits.anchors && (type === "anchor" || type === "alias"))
    return "anchors (`&…`) and aliases (`*…`) aren't read here: write it out, or put the text in quotes.";
  return null;
}

function parse(text: string): Document.Parsed | null {
  try {
    // Keys are compared below: the parser's own way takes the square of their number.
    const document = parseDocument(text, { version: "1.2", uniqueKeys: false, prettyErrors: false, logLevel: "error" });
    return document.errors.some((error) => error.code === "RESOURCE_EXHAUSTION") ? null : document;
  } catch {
    return null;
  }
}

/** The first fault and its like, one a line; what the parser says after a different fault is mostly its consequence. */
function parserFaults(document: Document.Parsed, lines: LineCounter, text: string): YamlFault[] {
  const first = document.errors[0]?.code;
  const byLine = new Map<number, YamlFault>();
  for (const error of document.errors) {
    const where = at(lines, error.pos[0]);
    if (error.code !== first || byLine.has(where.line) || byLine.size === mostFaults) continue;
    byLine.set(where.line, { ...where, text: sentence(error.code, error.message, text, error.pos[0]) });
  }
  return [...byLine.values()];
}

function keyFaults(document: Document.Parsed, lines: LineCounter): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of (map as YamlNodeMap).items) {
        const where = at(lines, key?.range?.[0] ?? map.range?.[0] ?? 0);
        if (!isScalar(key) || typeof key.value !== "string")
          faults.push({
            ...where,
            text: "a key has to be a word: put it in quotes, or check the spaces after `-` and `:`.",
          });
        else if (seen.has(key.value))
          faults.push({ ...where, text: `the key ${shown(key.value)} stands here twice: keep one.` });
        else seen.add(key.value);
      }
    },
  });
  return faults;
}

type YamlNodeMap = YAMLMap<Node | null, Node | null>;

function unfold(document: Document.Parsed): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // An alias inside its own anchor makes a circle, which has no JSON.
    JSON.stringify(value);
    return value;
  } catch {
    return tooMuch;
  }
}

function find(document: Document.Parsed, lines: LineCounter, path: YamlPath, of: "key" | "value"): Position {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const part = path[depth - 1];
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const pair = isMap(parent)
      ? (parent as YamlNodeMap).items.find(({ key }) => isScalar(key) && key.value === part)
      : undefined;
    const value = (pair?.value ?? document.getIn(path.slice(0, depth), true)) as Node | null | undefined;
    const whole = depth === path.length && of === "value";
    const range = whole ? (value?.range ?? pair?.key?.range) : (pair?.key?.range ?? value?.range);
    if (range) return at(lines, range[0]);
  }
  const start = document.contents?.range?.[0] ?? 0;
  return at(lines, start);
}

function extentOf(document: Document.Parsed, path: YamlPath): YamlExtent | null {
  const node = document.getIn(path, true);
  if (!isNode(node) || isAlias(node) || !node.range) return null;
  return { from: node.range[0], to: node.range[1], literal: isScalar(node) && node.type === "BLOCK_LITERAL" };
}

/** What the parser found, in words that say how to mend it. */
function sentence(code: string, message: string, text: string, offset: number): string {
  switch (code) {
    case "BAD_SCALAR_START": {
      const word = /^[^\s,\]}#]+/.exec(text.slice(offset))?.[0] ?? "";
      const fixed = /^@[\w./~-]+$/.test(word) ? `: write \`"${word.slice(0, 80)}"\`` : "";
      return `a text that begins with ${word.startsWith("@") ? "`@`" : "a backtick"} needs quotes in YAML${fixed}.`;
    }
    case "TAB_AS_INDENT":
      return "this line is indented with a tab: YAML takes only spaces.";
    case "MULTIPLE_DOCS":
      return "a second document begins here (`---`): keep one.";
    case "BAD_INDENT":
      return "the indentation here doesn't fit the lines above: line it up with them, and close what was opened.";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "a `key: value` can't stand here: check the indentation, and put a text that holds `: ` in quotes.";
    default: {
      const said = message.replace(/[^\p{L}\p{N} ,.:'"()[\]{}-]/gu, "").slice(0, 100);
      return `this isn't valid YAML (${said}): check quotes, colons and indentation here.`;
    }
  }
}
