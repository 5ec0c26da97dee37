/** What the long jobs are at and what they found, as staff read it. */
import { isHeld, isUnderWay, type Jobs, type RebuildJob } from '../../shared/catalogue/jobs.ts';
import type { ReconcileReport } from '../../shared/catalogue/reconcile-report.ts';
import type { UiLanguage } from '../../shared/message.ts';

interface ReportDependencies {
  readonly jobs: Jobs;
  readonly now: () => Date;
}

/** The last reconciliation, the one that is under way or asked for, and those before. */
export async function reconcileReport({ jobs, now }: ReportDependencies, language: UiLanguage) {
  const [job, requestedAt, reports] = await Promise.all([
    jobs.reconcile(),
    jobs.reconcileRequestedAt(),
    jobs.reports(),
  ]);
  const isRunning = job !== undefined && isHeld(job, now());
  const isAsked = requestedAt !== null && (!job || requestedAt > job.startedAt);
  const [latest = null, ...earlier] = reports.map((report) => shownReport(report, language));
  return {
    state: isRunning ? 'running' : isAsked ? 'requested' : latest ? 'finished' : 'never',
    requestedAt,
    progress: isRunning ? job.progress : null,
    latest,
    earlier,
  };
}

function shownReport({ becameInternal, ...report }: ReconcileReport, language: UiLanguage) {
  const drift = Object.values(report.found).reduce((sum, { count }) => sum + count, 0);
  const documents = becameInternal?.documents.map((one) => ({ ...one, reason: one.reason[language] }));
  return {
    ...report,
    becameInternal: { count: becameInternal?.count ?? 0, documents: documents ?? [] },
    drift,
  };
}

/** The last rebuild, whether it is under way or not. */
export async function rebuildReport({ jobs }: Pick<ReportDependencies, 'jobs'>, language: UiLanguage) {
  const job = await jobs.rebuild();
  return job ? asReport(job, language) : { state: 'never' };
}

export function asReport(job: RebuildJob, language: UiLanguage) {
  const { phase, requestedAt, startedAt, finishedAt, progress, allowShrink, skipped, fault, check } = job;
  return {
    state: isUnderWay(job) ? 'running' : phase,
    phase,
    requestedAt,
    startedAt,
    finishedAt,
    documents: progress,
    allowShrink,
    /** Documents that could not be put in, by id. */
    skipped,
    /** What it waits for, or what last went wrong. */
    fault,
    check,
    stopped: job.stopped && { reason: job.stopped.reason, hint: job.stopped.message[language] },
  };
}

/** Every report there is, with where to look. */
export async function reportList(on: ReportDependencies, language: UiLanguage) {
  const [reconcile, rebuild] = await Promise.all([
    reconcileReport(on, language),
    rebuildReport(on, language),
  ]);
  return {
    reports: [
      { name: 'reconcile', url: '/archive/reports/reconcile', state: reconcile.state },
      { name: 'rebuild', url: '/archive/reports/rebuild', state: rebuild.state },
    ],
  };
}
