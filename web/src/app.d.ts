import type { Api } from "$lib/api/client.ts";
import type { Me } from "$lib/api/types.ts";

declare global {
  namespace App {
    interface Platform {
      env: {
        /** The API Worker, reached from server to server. */
        API: { fetch(input: string | Request, init?: RequestInit): Promise<Response> };
        /** The address browsers reach the API under. */
        API_PUBLIC_URL: string;
      };
    }
    interface Locals {
      /** The session's bearer token; null when nobody is signed in. */
      token: string | null;
      /** The API on behalf of this request's person, in their language. */
      api: Api;
    }
    interface Error {
      /** Of the API's problem, or "unreachable". With a code, the message is in the person's words. */
      code?: string;
    }
    interface PageData {
      /** Behind the shell: who is signed in, for which tenant. */
      me?: Me | null;
    }
    interface PageState {
      /** Cursors of the pages before this one, oldest first; "" is the first page. */
      trail?: string[];
      /** The sheet was opened on this page, so going back closes it. */
      openedHere?: boolean;
    }
  }
}
