import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Command } from 'commander';
import type { Figure, FigureOptions } from '../plot';
import { aimsOf, countByState, frontOf, normalizedHypervolume, trialRows } from '../study';
import { print, printRows, toCsv } from './output';
import { readStudies, readStudy, type StudyOnDisk } from './stored-study';
import { oneOf, UsageError } from './usage';

interface StudyOptions {
  study?: string;
  json?: boolean;
  out?: string;
}

type Plot = typeof import('../plot');

/** What `paretino plot` can draw. The figures' code is large and loaded only when one is wanted. */
const FIGURES: Readonly<Record<string, (plot: Plot, study: StudyOnDisk, look: FigureOptions) => Figure>> = {
  front: (plot, study, look) => plot.paretoFront(study, look),
  hypervolume: (plot, study, look) => plot.hypervolumeHistory(study, look),
  study: (plot, study, look) => plot.liveStudy(study, look),
  parallel: (plot, study, look) => plot.parallelCoordinates(study, look),
  timeline: (plot, study, look) => plot.trialTimeline(study, look),
};

function statusOf(study: StudyOnDisk, json: boolean | undefined): Record<string, unknown> {
  const front = frontOf(study.objectives, study.trials);
  const hypervolume = normalizedHypervolume(study.objectives, study.trials);
  return {
    study: study.name,
    objectives: json ? study.objectives.map(({ name, direction }) => ({ name, direction })) : aimsOf(study.objectives),
    ...countByState(study.trials),
    ...(study.objectives.length === 1 ? { best: front[0]?.values?.[0] } : { front: front.length }),
    ...(hypervolume === undefined ? {} : { hypervolume }),
  };
}

/** Writes to a file where one is named, else to standard output. */
function deliver(text: string, file: string | undefined): void {
  if (file === undefined) process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  else writeFileSync(file, text);
}

/** Adds the commands that look at a study in a file. */
export function addStudyCommands(program: Command): void {
  program
    .command('status <file>')
    .description('the studies of a journal or SQLite file, or of a postgresql:// address: trials by state, size of the front (or best value), normalised hypervolume')
    .option('--study <name>', 'only this study')
    .option('--json', 'as JSON')
    .action(async (file: string, options: StudyOptions) => {
      printRows((await readStudies(file, options.study)).map((study) => statusOf(study, options.json)), options.json, `${file} holds no study.`);
    });

  program
    .command('front <file>')
    .description('the best feasible trade-offs of a study')
    .option('--study <name>', 'which study, where there are several')
    .option('--json', 'as JSON')
    .action(async (file: string, options: StudyOptions) => {
      const study = await readStudy(file, options.study);
      printRows(trialRows(study.objectives, frontOf(study.objectives, study.trials)), options.json, 'No feasible trial yet.');
    });

  program
    .command('plot <file>')
    .description('a figure of a study')
    .option('--study <name>', 'which study, where there are several')
    .option('--figure <kind>', `${Object.keys(FIGURES).join(', ')} (default: front, of a single objective study)`)
    .option('--out <file>', 'a name ending in .svg, .png, .pdf, .html, .csv or .json (default: SVG to standard output)')
    .option('--theme <theme>', 'light or dark (default: light)')
    .option('--size <size>', "screen, or for a paper column or page (default: screen)")
    .option('--title <text>', 'above the figure')
    .option('--json', "Plotly's own data to standard output")
    .action(async (file: string, options: StudyOptions & Pick<FigureOptions, 'theme' | 'size' | 'title'> & { figure?: string }) => {
      if (options.figure !== undefined) oneOf('--figure', options.figure, Object.keys(FIGURES));
      if (options.theme !== undefined) oneOf('--theme', options.theme, ['light', 'dark']);
      if (options.size !== undefined) oneOf('--size', options.size, ['screen', 'column', 'page']);
      if (options.out !== undefined) {
        oneOf('the ending of --out', extname(options.out), ['.svg', '.png', '.pdf', '.html', '.csv', '.json']);
        if (options.json) throw new UsageError('--json', options.out, "no --out: Plotly's data goes to standard output, or to a file that ends in .json");
      }
      const study = await readStudy(file, options.study);
      const plot = await import('../plot');
      const figure = FIGURES[options.figure ?? (study.objectives.length > 1 ? 'front' : 'study')](plot, study, { theme: options.theme, size: options.size, title: options.title });
      if (options.out === undefined) {
        print(options.json ? JSON.stringify(figure, null, 2) : plot.toSvg(figure));
        return;
      }
      plot.saveFigure(figure, options.out);
      print(options.out);
    });

  program
    .command('export <file>')
    .description('every trial of a study, one a row')
    .option('--study <name>', 'which study, where there are several')
    .option('--format <format>', 'csv or json', 'csv')
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'where to write it (default: standard output)')
    .action(async (file: string, options: StudyOptions & { format: string }) => {
      const format = options.json ? 'json' : options.format;
      oneOf('--format', format, ['csv', 'json']);
      const study = await readStudy(file, options.study);
      const rows = trialRows(study.objectives, study.trials);
      deliver(format === 'csv' ? toCsv(rows) : JSON.stringify(rows, null, 2), options.out);
      if (options.out !== undefined) print(options.out);
    });
}
