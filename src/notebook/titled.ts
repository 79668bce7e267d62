import { Rich, toBundle, type MimeBundle } from './bundle';
import { escapeHtml } from './table-format';

/** Things under one title, side by side where there is room. */
export function titled(title: string, ...parts: readonly unknown[]): Rich {
  const bundles = parts.map(toBundle);
  const html = (bundle: MimeBundle): string => {
    const given = bundle['text/html'] ?? bundle['image/svg+xml'];
    return `<div>${typeof given === 'string' ? given : `<pre>${escapeHtml(bundle['text/plain'])}</pre>`}</div>`;
  };
  return new Rich({
    'text/html':
      `<div style="margin:0.3em 0"><b>${escapeHtml(title)}</b></div>` +
      `<div style="display:flex;flex-wrap:wrap;gap:2em;align-items:flex-start">${bundles.map(html).join('')}</div>`,
    'text/plain': [title, ...bundles.map((bundle) => bundle['text/plain'])].join('\n'),
  });
}
