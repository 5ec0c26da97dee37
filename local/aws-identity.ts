/** Who the local programs are to the local stand-ins, which check neither; the SDK wants something to sign with. */
export const awsRegion = 'eu-central-1';
export const awsAccount = '000000000000';
export const awsCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };
