import { expressionEnd } from "./expressions.ts";

/** Shells whose scripts are read; in others (python, node, perl) a command can't be told from any other text. */
export type Dialect = "posix" | "powershell" | "cmd";

/** One simple command of a script. */
export interface Command {
  /** Its words with their quotes taken off: `npm`, `publish`, `--tag=$TAG`. What is computed stays as it is written. */
  words: string[];
  /** `NAME=value` before it. */
  assignments: Array<{ name: string; value: string }>;
  /** Line in the script, from 0, and offset of its first word. */
  line: number;
  offset: number;
  /** What comes behind it. */
  after: "&&" | "||" | "|" | "&" | ";" | "";
  /** Whether it is the first one in `{ … }` or `( … )`. */
  grouped: boolean;
  /** What stood before it, as above. */
  before: "&&" | "||" | "|" | "&" | ";" | "";
}

/** Commands in commands: `$( $( … ) )`. What lies deeper is read as text. */
const deepest = 20;
const openers = new Set("if then else elif do while until ! time { } fi done esac coproc".split(" "));
/** Words after these aren't a command. */
const notCommands = new Set(["for", "select", "case", "function", "in"]);

/**
 * The commands of a script in the order of its text, those in `$( … )` and backquotes before the command that they are a part of.
 * Quotes, comments, here-documents, line continuations and `${{ … }}` are respected; nothing is expanded. Linear in the text, and
 * never throws: of what isn't a script it makes words.
 */
export function readScript(text: string, dialect: Dialect = "posix"): Command[] {
  return new Reader(text, dialect).read();
}

class Reader {
  readonly #text: string;
  readonly #escape: string;
  readonly #dialect: Dialect;
  readonly #commands: Command[] = [];
  readonly #breaks: number[] = [];
  #at = 0;
  #depth = 0;
  #opened = false;
  #documents: Array<{ end: string; tabs: boolean }> = [];

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
    this.#escape = dialect === "powershell" ? "`" : dialect === "cmd" ? "^" : "\\";
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#breaks.push(at);
  }

  read(): Command[] {
    while (this.#at < this.#text.length) {
      this.#list(null);
      // A closing bracket that nothing opened.
      this.#at += 1;
    }
    return this.#commands;
  }

  /** Reads commands until what closes the list, which is left unread. */
  #list(closer: ")" | "`" | null, before: Command["before"] = ""): void {
    this.#depth += 1;
    let command = this.#fresh(before);
    for (;;) {
      this.#skipBlanks();
      const sign = this.#text[this.#at];
      if (sign === undefined || sign === closer) break;
      if (sign === "#" && this.#dialect !== "cmd") this.#skipLine();
      else if (sign === "(" && /^\(\s*\)/.test(this.#text.slice(this.#at, this.#at + 4))) {
        // The name of a function stood there.
        command = this.#fresh(";");
        this.#at = this.#text.indexOf(")", this.#at) + 1;
      } else if (sign === "(") {
        const { before } = command;
        const began = command.words.length > 0 || command.assignments.length > 0;
        if (began) this.#finish(command, ";");
        this.#opened = true;
        this.#nested(")", began ? ";" : before);
        command = this.#fresh(";");
      } else if (sign === ")") {
        // The end of a pattern of `case`: what stood there was no command.
        command = this.#fresh(";");
        this.#at += 1;
      } else if (isOperator(sign)) command = this.#operator(command);
      else if (sign === "<" || sign === ">") this.#redirection();
      else this.#takeWord(command);
    }
    this.#finish(command, "");
    this.#depth -= 1;
  }

  #fresh(before: Command["before"]): Command {
    return { words: [], assignments: [], line: 0, offset: -1, grouped: false, after: "", before };
  }

  #finish(command: Command, after: Command["after"]): Command {
    command.after = after;
    if (command.words.length > 0 || command.assignments.length > 0) {
      if (!notCommands.has(command.words[0] ?? "")) this.#commands.push(command);
    } else if (after === ";" && command.before !== ";") {
      // A line break behind `&&` doesn't end the list.
      return command;
    }
    return this.#fresh(after);
  }

  #operator(command: Command): Command {
    const two = this.#text.slice(this.#at, this.#at + 2);
    const three = this.#text.slice(this.#at, this.#at + 3);
    if (this.#text[this.#at] === "\n") {
      this.#at += 1;
      this.#skipDocuments();
      return this.#finish(command, ";");
    }
    if (three === ";;&") this.#at += 3;
    else if (["&&", "||", "|&", ";;", ";&"].includes(two)) this.#at += 2;
    else if (two === "&>") {
      this.#at += 1;
      this.#redirection();
      return command;
    } else this.#at += 1;
    if (two === "&&" || two === "||") return this.#finish(command, two);
    const sign = two[0];
    return this.#finish(command, sign === "|" || sign === "&" ? sign : ";");
  }

  /** Blanks, and line breaks that are escaped. */
  #skipBlanks(): void {
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === " " || sign === "\t" || sign === "\r") this.#at += 1;
      else if (sign === this.#escape && /^.\r?\n/s.test(this.#text.slice(this.#at, this.#at + 3)))
        this.#at += this.#text[this.#at + 1] === "\r" ? 3 : 2;
      else return;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #redirection(): void {
    const text = this.#text;
    const here = this.#dialect === "posix" ? /^<<(?!<)(-?)/.exec(text.slice(this.#at, this.#at + 4)) : null;
    while (text[this.#at] === "<" || text[this.#at] === ">" || text[this.#at] === "&" || text[this.#at] === "|")
      this.#at += 1;
    if (here?.[1] === "-") this.#at += 1;
    this.#skipBlanks();
    if (text[this.#at] === undefined || isOperator(text[this.#at] ?? "")) return;
    // `<( … )`
    if (text[this.#at] === "(") return this.#nested(")");
    const word = this.#word();
    if (here !== null) this.#documents.push({ end: word, tabs: here[1] === "-" });
  }

  /** Here-documents begin on the line after the one that names them. */
  #skipDocuments(): void {
    for (const { end, tabs } of this.#documents) {
      while (this.#at < this.#text.length) {
        const stop = this.#text.indexOf("\n", this.#at);
        const line = this.#text.slice(this.#at, stop === -1 ? undefined : stop).replace(/\r$/, "");
        this.#at = stop === -1 ? this.#text.length : stop + 1;
        if ((tabs ? line.replace(/^\t+/, "") : line) === end) break;
      }
    }
    this.#documents = [];
  }

  #takeWord(command: Command): void {
    const offset = this.#at;
    const word = this.#word();
    // Something has to be read each time.
    if (this.#at === offset) this.#at += 1;
    if (command.words.length === 0) {
      if (word === "{") this.#opened = true;
      if (openers.has(word)) return;
      const assignment = /^([A-Za-z_]\w*)\+?=(.*)$/s.exec(word);
      if (assignment !== null && this.#dialect === "posix") {
        command.assignments.push({ name: assignment[1] ?? "", value: assignment[2] ?? "" });
        if (command.offset === -1) this.#place(command, offset);
        return;
      }
    }
    // `2>` and the like: the digit is a part of the redirection.
    if (/^\d+$/.test(word) && /[<>]/.test(this.#text[this.#at] ?? "")) return;
    if (command.words.length === 0) this.#place(command, offset);
    command.words.push(word);
  }

  #place(command: Command, offset: number): void {
    command.offset = offset;
    command.grouped = this.#opened;
    this.#opened = false;
    let [low, high] = [0, this.#breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#breaks[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    command.line = low;
  }

  /** One word, with its quotes taken off. */
  #word(): string {
    let word = "";
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined || /[\s<>|&;()]/.test(sign)) return word;
      if (sign === "`" && this.#dialect === "posix" && this.#isClosing) return word;
      const before = this.#at;
      word += this.#piece(sign);
      if (this.#at === before) this.#at += 1;
    }
  }

  /** Whether a backquote here closes what one opened. */
  #isClosing = false;

  #piece(sign: string): string {
    if (this.#text.startsWith("${{", this.#at)) return this.#expression();
    if (sign === this.#escape) return this.#escaped();
    if (sign === "'" && this.#dialect !== "cmd") return this.#single();
    if (this.#text.startsWith("$'", this.#at) && this.#dialect === "posix") return this.#ansi();
    if (sign === '"') return this.#double();
    if (this.#text.startsWith("$(", this.#at) && this.#dialect !== "cmd") return this.#substitution("$(", ")");
    if (this.#text.startsWith("${", this.#at)) return this.#braces();
    if (sign === "`" && this.#dialect === "posix") return this.#substitution("`", "`");
    this.#at += 1;
    return sign;
  }

  #escaped(): string {
    const next = this.#text[this.#at + 1] ?? "";
    this.#at += 1 + next.length;
    return next === "\n" ? "" : next;
  }

  #expression(): string {
    const end = expressionEnd(this.#text, this.#at) ?? this.#text.length;
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return text;
  }

  #single(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== "'") {
      end = this.#text.startsWith("${{", end) ? (expressionEnd(this.#text, end) ?? this.#text.length) : end + 1;
    }
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  /** `$'…'`, in which a backslash escapes. */
  #ansi(): string {
    const from = this.#at + 2;
    this.#at = from;
    while (this.#at < this.#text.length && this.#text[this.#at] !== "'")
      this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    const text = this.#text.slice(from, this.#at);
    this.#at += 1;
    return text;
  }

  #double(): string {
    let text = "";
    this.#at += 1;
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined) return text;
      if (sign === '"') {
        this.#at += 1;
        return text;
      }
      const before = this.#at;
      if (sign === "'") this.#at += 1;
      text += sign === "'" ? sign : this.#piece(sign);
      if (this.#at === before) this.#at += 1;
    }
  }

  /** `${NAME}`, `${NAME:-word}`. */
  #braces(): string {
    const from = this.#at;
    let open = 0;
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] ?? "";
      if (sign === "\n") break;
      this.#at += sign === "\\" ? 2 : 1;
      if (sign === "{") open += 1;
      if (sign === "}" && (open -= 1) === 0) break;
    }
    return this.#text.slice(from, this.#at);
  }

  /** The commands in it are read as commands; the word keeps it as it is written. */
  #substitution(open: "$(" | "`", close: ")" | "`"): string {
    const from = this.#at;
    this.#at += open.length - 1;
    this.#nested(close);
    return this.#text.slice(from, this.#at);
  }

  /** A list within brackets, from the opening one on. */
  #nested(close: ")" | "`", before: Command["before"] = ""): void {
    this.#at += 1;
    if (this.#depth >= deepest) return;
    const outer = this.#isClosing;
    this.#isClosing = close === "`" || (outer && close === ")");
    this.#list(close, before);
    this.#isClosing = outer;
    this.#at += 1;
  }
}

function isOperator(sign: string): boolean {
  return sign === "\n" || sign === "&" || sign === "|" || sign === ";";
}
