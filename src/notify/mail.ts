import { noticeOf } from "./notice.ts";
import { forHtml, line } from "./text.ts";
import type { Letter } from "./types.ts";

/** A message as mail: the same words as text and as HTML. The subject is one line. */
export function mailOf(letter: Letter): { subject: string; text: string; html: string } {
  const { title, sentence, facts, list, link, foot } = noticeOf(letter);
  const text = [
    title,
    "",
    sentence,
    ...(facts.length === 0 ? [] : ["", ...facts.map(([name, value]) => `${name}: ${value}`)]),
    ...(list.length === 0 ? [] : ["", ...list.map((one) => `- ${one}`)]),
    "",
    `${link.text}: ${link.url}`,
    "",
    foot,
    "",
  ].join("\n");
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th align="left" scope="row">${forHtml(name)}</th><td style="padding-left:1em">${forHtml(value)}</td></tr>`,
  );
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>',
    `${forHtml(title)}</title></head><body style="font-family:sans-serif">`,
    `<h1 style="font-size:1.2em">${forHtml(title)}</h1><p>${forHtml(sentence)}</p>`,
    ...(rows.length === 0 ? [] : [`<table cellpadding="2">${rows.join("")}</table>`]),
    ...(list.length === 0 ? [] : [`<ul>${list.map((one) => `<li>${forHtml(one)}</li>`).join("")}</ul>`]),
    `<p><a href="${forHtml(link.url)}">${forHtml(link.text)}</a></p><p><small>${forHtml(foot)}</small></p>`,
    "</body></html>\n",
  ].join("");
  return { subject: line(title, 200), text, html };
}
