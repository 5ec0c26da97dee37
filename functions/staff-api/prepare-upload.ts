/** Where an editor's file may be put, as addresses that are good for a quarter of an hour and for that file only. */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import * as z from 'zod';
import { documentId } from '../../shared/document.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { unquoted } from '../../shared/etag.ts';
import { largestUpload } from '../../shared/largest-upload.ts';
import { visibilityOfKey } from '../../shared/visibility.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** Bytes; larger files are put in parts of this size. */
const partSize = 8 * 1024 * 1024;
/** Of one upload, as S3 numbers them. */
const mostParts = 10_000;
/** Seconds. */
const expiresIn = 900;

/** A place below `public/` or `internal/`; what could be read as another place, or not at all, is none. */
const UploadKey = z
  .string()
  .transform((key) => key.normalize('NFC'))
  .refine(
    (key) =>
      visibilityOfKey(key) !== null &&
      key.isWellFormed() &&
      Buffer.byteLength(key) <= 1024 &&
      key.split('/').length > 1 &&
      key.split('/').every((part) => part !== '' && part !== '.' && part !== '..') &&
      !/\p{Cc}/u.test(key),
  );

/** What a header can carry. */
const HeaderText = z.string().regex(/^[\x20-\x7e]*$/);

const NewUpload = z.object({
  key: UploadKey,
  /** Bytes. */
  size: z.int().min(0),
  contentType: HeaderText.max(200).default('application/octet-stream'),
});

type UploadDependencies = Pick<StaffDependencies, 's3' | 'bucket'>;

/** One address for a PUT, or one for each part of a large file and where to say that all parts are there. */
export async function prepareUpload(body: unknown, { s3, bucket }: UploadDependencies) {
  const parsed = NewUpload.safeParse(body);
  if (!parsed.success) throw badUpload();
  const { key, size, contentType } = parsed.data;
  if (size > largestUpload) {
    throw new InvalidInputError(
      {
        nl: 'Dit bestand is groter dan 50 MB. Splits het of verklein de afbeeldingen.',
        en: 'This file is larger than 50 MB. Split it or shrink its images.',
      },
      413,
    );
  }
  const place = { Bucket: bucket, Key: key };
  const id = documentId(key);
  if (size <= partSize) {
    const url = await getSignedUrl(s3, new PutObjectCommand({ ...place, ContentType: contentType }), {
      expiresIn,
      signableHeaders: new Set(['content-type']),
    });
    return { id, key, method: 'PUT', url, headers: { 'content-type': contentType }, expiresIn };
  }
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...place, ContentType: contentType }),
  );
  const parts = Array.from({ length: Math.ceil(size / partSize) }, async (_, at) => ({
    number: at + 1,
    size: Math.min(partSize, size - at * partSize),
    url: await getSignedUrl(s3, new UploadPartCommand({ ...place, UploadId, PartNumber: at + 1 }), {
      expiresIn,
    }),
  }));
  return {
    id,
    key,
    method: 'PUT',
    parts: await Promise.all(parts),
    complete: { url: '/archive/uploads/multipart', body: { key, uploadId: UploadId } },
    expiresIn,
  };
}

const Completed = z.object({
  key: UploadKey,
  uploadId: HeaderText.min(1),
  parts: z.array(z.object({ number: z.int().min(1).max(mostParts), etag: HeaderText.min(1) })).min(1),
});

/** What S3 says of an upload that it does not know, and of parts that are not there, too small or in another order. */
const unfit: ReadonlySet<string> = new Set([
  'NoSuchUpload',
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
]);

/** Makes one object of the parts; returns its ETag, by which the ledger tells this version from others. */
export async function completeUpload(body: unknown, { s3, bucket }: UploadDependencies) {
  const parsed = Completed.safeParse(body);
  if (!parsed.success) throw badUpload();
  const { key, uploadId, parts } = parsed.data;
  const complete = new CompleteMultipartUploadCommand({
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
  });
  try {
    const { ETag } = await s3.send(complete);
    return { id: documentId(key), key, etag: ETag ? unquoted(ETag) : null };
  } catch (error) {
    if (error instanceof S3ServiceException && unfit.has(error.name)) throw unfitParts();
    throw error;
  }
}

const badUpload = () =>
  new InvalidInputError({
    nl: 'Deze upload kan niet. Geef key (public/… of internal/…), size in bytes en eventueel contentType.',
    en: 'This upload is not possible. Give key (public/… or internal/…), size in bytes and optionally contentType.',
  });

const unfitParts = () =>
  new InvalidInputError({
    nl: 'Van deze delen kan geen bestand worden gemaakt. Noem ze op volgorde met de ETag die elk kreeg, of begin de upload opnieuw.',
    en: 'No file can be made of these parts. Name them in order with the ETag that each was given, or begin the upload anew.',
  });
