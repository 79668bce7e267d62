import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Command } from 'commander';
import type { Figure } from '../plot';
import { aimsOf, countByState, frontOf, hypervolumeHistory as hypervolumes, inferReference, trialRows } from '../study';
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
const FIGURES: Readonly<Record<string, (plot: Plot, study: StudyOnDisk) => Figure>> = {
  front: (plot, study) => plot.paretoFront(study),
  hypervolume: (plot, study) => plot.hypervolumeHistory(study),
  study: (plot, study) => plot.liveStudy(study),
  parallel: (plot, study) => plot.parallelCoordinates(study),
  timeline: (plot, study) => plot.trialTimeline(study),
};

function statusOf(study: StudyOnDisk): Record<string, unknown> {
  const reference = inferReference(study.objectives, study.trials);
  const history = hypervolumes(study.objectives, study.trials, reference);
  return {
    study: study.name,
    objectives: aimsOf(study.objectives),
    ...countByState(study.trials),
    front: frontOf(study.objectives, study.trials).length,
    hypervolume: history.length > 0 ? history[history.length - 1] : 0,
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
    .description('the studies of a journal or SQLite file: trials by state, front, hypervolume')
    .option('--study <name>', 'only this study')
    .option('--json', 'as JSON')
    .action(async (file: string, options: StudyOptions) => {
      printRows((await readStudies(file, options.study)).map(statusOf), options.json, `${file} holds no study.`);
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
    .option('--json', "Plotly's own data to standard output")
    .action(async (file: string, options: StudyOptions & { figure?: string }) => {
      if (options.figure !== undefined) oneOf('--figure', options.figure, Object.keys(FIGURES));
      if (options.out !== undefined) {
        oneOf('the ending of --out', extname(options.out), ['.svg', '.png', '.pdf', '.html', '.csv', '.json']);
        if (options.json) throw new UsageError('--json', options.out, "no --out: Plotly's data goes to standard output, or to a file that ends in .json");
      }
      const study = await readStudy(file, options.study);
      const plot = await import('../plot');
      const figure = FIGURES[options.figure ?? (study.objectives.length > 1 ? 'front' : 'study')](plot, study);
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
