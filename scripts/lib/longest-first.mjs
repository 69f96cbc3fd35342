import { BaseSequencer } from "vitest/node";

/**
 * Begins with these files in this order, then the rest of their project, then all others: a long one that is left for
 * the end keeps one worker busy and the others idle.
 *
 * @param {string[]} names ends of paths
 */
export const longestFirst = (names) =>
  class extends BaseSequencer {
    async sort(files) {
      const sorted = await super.sort(files);
      const long = names.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(name)));
      const rest = sorted.filter((file) => !long.includes(file));
      const isBeside = ({ project }) => long.some((file) => file.project === project);
      return [...long, ...rest.filter(isBeside), ...rest.filter((file) => !isBeside(file))];
    }
  };
