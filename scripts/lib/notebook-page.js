'use strict';
// A notebook as one self-contained HTML page, for machines without nbconvert: Markdown's everyday part, code, and of
// each output the richest form that a browser shows by itself.

const escape = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const joined = (value) => (Array.isArray(value) ? value.join('') : String(value ?? ''));
// Terminal colours, as tslab's error messages carry them.
// eslint-disable-next-line no-control-regex
const plain = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');

/** Code, emphasis and links inside a line. */
function inline(text) {
  return text
    .split(/(`[^`]+`)/)
    .map((piece) => {
      if (piece.startsWith('`') && piece.length > 2) return `<code>${escape(piece.slice(1, -1))}</code>`;
      return escape(piece)
        .replace(/!\[([^\]]*)\]\((data:[^)\s]+)\)/g, '<img alt="$1" src="$2">')
        .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
        .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
        .replace(/(^|[\s(])\*([^*\s][^*]*)\*/g, '$1<em>$2</em>');
    })
    .join('');
}

/** Headings, lists, tables, fenced code, quotes and paragraphs. */
function markdown(source) {
  const blocks = source.split(/(^```[\s\S]*?^```)/m);
  return blocks
    .map((block) => {
      if (block.startsWith('```')) return `<pre>${escape(block.replace(/^```.*\n?/, '').replace(/```$/, ''))}</pre>`;
      return block
        .split(/\n\s*\n/)
        .map((paragraph) => chunk(paragraph.split('\n').filter((line) => line.trim())))
        .join('\n');
    })
    .join('\n');
}

function chunk(lines) {
  if (lines.length === 0) return '';
  const heading = /^(#{1,6})\s+(.*)$/.exec(lines[0]);
  if (heading) return `<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>${chunk(lines.slice(1))}`;
  if (lines.every((line) => /^\s*\|/.test(line)) && lines.length > 1) return table(lines);
  const list = (pattern, tag) => {
    const items = lines
      .join('\n')
      .split(new RegExp(`^${pattern}`, 'm'))
      .slice(1);
    return `<${tag}>${items.map((item) => `<li>${inline(item.replace(/\n\s*/g, ' ').trim())}</li>`).join('')}</${tag}>`;
  };
  if (/^\s*[-*]\s/.test(lines[0])) return list('\\s*[-*]\\s+', 'ul');
  if (/^\s*\d+\.\s/.test(lines[0])) return list('\\s*\\d+\\.\\s+', 'ol');
  if (lines.every((line) => line.startsWith('>')))
    return `<blockquote>${chunk(lines.map((line) => line.slice(1).trim()))}</blockquote>`;
  return `<p>${inline(lines.join(' '))}</p>`;
}

function table(lines) {
  const rows = lines
    .filter((line) => !/^\s*\|[\s:|-]+\|?\s*$/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|'),
    );
  const row = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`).join('')}</tr>`;
  return `<table>${row(rows[0], 'th')}${rows
    .slice(1)
    .map((cells) => row(cells, 'td'))
    .join('')}</table>`;
}

/** SVG before HTML before pictures before text: the static form of a figure is the one that needs no script. */
function output(item) {
  if (item.output_type === 'stream') return `<pre class="${item.name}">${escape(plain(joined(item.text)))}</pre>`;
  if (item.output_type === 'error')
    return `<pre class="stderr">${escape(plain(joined(item.traceback.join('\n'))))}</pre>`;
  const data = item.data || {};
  if (data['image/svg+xml']) return `<div class="out">${joined(data['image/svg+xml'])}</div>`;
  if (data['text/html']) return `<div class="out">${joined(data['text/html'])}</div>`;
  for (const type of ['image/png', 'image/jpeg'])
    if (data[type]) return `<img src="data:${type};base64,${joined(data[type]).replace(/\s/g, '')}">`;
  if (data['text/markdown']) return `<div class="out">${markdown(joined(data['text/markdown']))}</div>`;
  return `<pre>${escape(plain(joined(data['text/plain'])))}</pre>`;
}

function cellHtml(cell) {
  if (cell.cell_type === 'markdown') return `<section>${markdown(joined(cell.source))}</section>`;
  if (cell.cell_type !== 'code') return '';
  return `<section><pre class="code">${escape(joined(cell.source))}</pre>${(cell.outputs || []).map(output).join('\n')}</section>`;
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}
pre{font:13px/1.4 ui-monospace,monospace;overflow:auto;margin:.4em 0;padding:.5em .8em}
pre.code{background:#f6f7f9;border:1px solid #e2e5ea;border-radius:4px}pre.stderr{background:#fdecea}
table{border-collapse:collapse;margin:.6em 0}td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:left}
code{background:#f2f3f5;padding:0 .2em}img,svg{max-width:100%}blockquote{border-left:3px solid #ccc;margin-left:0;padding-left:1em}`;

/** The page, as text. */
function notebookPage(notebook, title) {
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><style>${STYLE}</style></head>\n` +
    `<body>\n${notebook.cells.map(cellHtml).join('\n')}\n</body></html>\n`
  );
}

module.exports = { notebookPage, markdown };
