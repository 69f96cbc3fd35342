import { problem } from "#http/kit/errors.ts";

/** 409: nobody can be put into an audience whose members are whoever matches its filter. */
export const audienceIsDynamic = () =>
  problem(
    "audience_is_dynamic",
    "Its members are the contacts that match its filter. Use an audience whose members are listed.",
  );
