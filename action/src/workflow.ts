import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { StepError } from "./step-error.ts";

// GitHub's protocol with a step: inputs are variables, commands are lines on standard output, results are files.
// GitHub docs, "Workflow commands for GitHub Actions".

/** An input of the step; empty where it wasn't given. */
export function input(name: string): string {
  return (process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] ?? "").trim();
}

/** Lines for the log. None can become a command: the runner reads `::` at a line's beginning, and `##[` anywhere in it. */
export function say(text: string): void {
  for (const line of linesOf(text))
    process.stdout.write(`${line.replace(/^\s*::/, " | ::").replaceAll("##[", "## [")}\n`);
}

/** Lines as the runner splits them: a lone carriage return ends one too. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** From here on the runner shows `***` instead of this value. */
export function mask(value: string): void {
  process.stdout.write(`::add-mask::${escaped(value)}\n`);
}

/** Shown on the run's page, beside the log. */
export function notice(title: string, text: string): void {
  process.stdout.write(
    `::notice title=${escaped(title).replace(/:/g, "%3A").replace(/,/g, "%2C")}::${escaped(text)}\n`,
  );
}

export function warn(text: string): void {
  process.stdout.write(`::warning::${escaped(text)}\n`);
}

export function setOutput(name: string, value: string): void {
  appendTo("GITHUB_OUTPUT", record(name, value));
}

/** Kept by the runner for the post step, which reads it with `state`. */
export function saveState(name: string, value: string): void {
  appendTo("GITHUB_STATE", record(name, value));
}

export function state(name: string): string {
  return process.env[`STATE_${name}`] ?? "";
}

/** Adds Markdown to the job's summary. */
export function summarise(markdown: string): void {
  appendTo("GITHUB_STEP_SUMMARY", `${markdown}\n`);
}

/** Runs a step to its end: whatever is thrown fails it, with one sentence. */
export async function runStep(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stdout.write(`::error::${escaped(sentenceOf(error))}\n`);
    process.exitCode = 1;
  }
}

/** Errors that nobody foresaw may quote what they choked on: only their name is shown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof StepError) return error.message;
  const name = error instanceof Error ? error.name : typeof error;
  return `The step stopped for a reason that it doesn't know (${name}). Nothing more was done.`;
}

/** A sentence as a report takes it: one line without signs that nobody sees, 500 letters at most. Countersign refuses others. */
export function forReport(sentence: string): string {
  return sentence.slice(0, 500).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
}

function record(name: string, value: string): string {
  const end = `end-${randomUUID()}`;
  return `${name}<<${end}\n${value}\n${end}\n`;
}

function appendTo(variable: string, text: string): void {
  const file = process.env[variable];
  if (file !== undefined && file !== "") appendFileSync(file, text);
}

function escaped(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
