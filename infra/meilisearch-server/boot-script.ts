/** What the machine of Meilisearch runs at every start: `boot.sh`, with the names that only this stack knows. */
import { readFileSync } from 'node:fs';
import { MultipartBody, MultipartUserData, UserData } from 'aws-cdk-lib/aws-ec2';

const script = readFileSync(new URL('./boot.sh', import.meta.url), 'utf8');

export interface BootVariables {
  readonly VERSION: string;
  /** Empty when the checksum beside the binary counts. */
  readonly SHA256: string;
  readonly BINARY: string;
  readonly RELEASES_BUCKET: string;
  readonly BACKUPS_BUCKET: string;
  /** An ARN; the key itself never stands in user data, which anyone who may look at the machine can read. */
  readonly MASTER_KEY_SECRET: string;
  /** The data volume, by a name that stays the same whatever order the disks are found in. */
  readonly DATA_DEVICE: string;
  readonly PORT: string;
  readonly REGION: string;
}

/** The whole script, its variables above it. */
export function bootScript(variables: BootVariables): string {
  const lines = Object.entries(variables).map(([name, value]) => `readonly ${name}='${value}'`);
  return ['#!/bin/bash', ...lines, script].join('\n');
}

/** User data would run once in a machine's life; the first part makes it run at every start. */
export function bootUserData(variables: BootVariables): UserData {
  const userData = new MultipartUserData();
  userData.addPart(
    MultipartBody.fromRawBody({
      contentType: 'text/cloud-config; charset="utf-8"',
      body: ['#cloud-config', 'cloud_final_modules:', '  - [scripts-user, always]'].join('\n'),
    }),
  );
  userData.addPart(MultipartBody.fromUserData(UserData.custom(bootScript(variables))));
  return userData;
}
