import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunction, type FunctionCode, functionFolder } from '../bundle-function.ts';

/** The bundle as an asset that is known by what is in it: sources that change nothing of it deploy nothing. */
export function bundledCode(code: FunctionCode): Code {
  return Code.fromAsset(functionFolder(code), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle: (folder) => {
          bundleFunction(code, folder);
          return true;
        },
      },
    },
  });
}
