// Made from the OpenAPI document by `npm run api-types`; not to be edited.
export interface paths {
    "/auth/sign-in/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description For people; integrations use an API key. After ten wrong tries in ten minutes from one network it takes no more from there until those have passed; after twenty from anywhere, tries from networks that are new to the account have to wait up to 30 seconds for each other.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: email */
                        email: string;
                        password: string;
                    };
                };
            };
            responses: {
                /** @description A session */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SignedIn"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session of the token that is sent. An API key is not touched; revoke it instead.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The session is over */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a campaign's counts live
         * @description A WebSocket, or `text/event-stream` when the request is no upgrade. Each message is JSON: `{type: "counts", status, statusReason, waitsUntil, counts, rates, accounting, at}`, one at once and then whenever something has changed, at most twice a second. An event stream ends with the event `end` when the campaign is over. Browsers open it with a ticket, others with an API key.
         */
        get: {
            parameters: {
                query?: {
                    ticket?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The WebSocket; `ping` is answered with `pong` */
                101: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The event stream (`text/event-stream`) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["LiveMessage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I
         * @description The key or person behind the request, what it may do, and its tenant. Needs no scope.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Key or person, scopes and tenant */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the tenant
         * @description `settings` are as they were set; `policy` is what campaigns go by, with the defaults filled in.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The tenant */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tenant"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the tenant
         * @description Fields that are left out stay as they are. So do settings: each is replaced as a whole, and null turns it off.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        timeZone?: string;
                        /** @enum {string} */
                        locale?: "pt-BR" | "en";
                        responseProtocol?: boolean;
                        settings?: components["schemas"]["TenantSettings"];
                    };
                };
            };
            responses: {
                /** @description The tenant */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tenant"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/onboarding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the first steps are
         * @description What a tenant needs for its first campaign, as it is there now. Cheap: ask whenever it is to be shown.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The first steps */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Onboarding"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Keys in force, newest first, known by their first characters. Revoked ones are left out.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description API keys, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ApiKey"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an API key
         * @description `key` is shown here and never again: only its hash is kept. Scopes: catalogue:read, catalogue:write, contacts:read, contacts:write, campaigns:read, campaigns:write, campaigns:launch, tenant:admin, or `*` for all; left out, the new key may do what its creator may. Nobody can give a scope that they do not hold.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        scopes?: string[];
                    };
                };
            };
            responses: {
                /** @description The key, this once */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKeyCreated"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description The key stops working at once and for good.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Revoked */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Changes, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AuditEntry"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List alerts
         * @description `subject` is the id of what the alert is about; there is one open alert per kind and subject. `message` is in Portuguese for `Accept-Language: pt`, else in English.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    status?: "open" | "acknowledged";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Alerts, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Alert"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an alert
         * @description Safe to repeat. If its cause comes up again, a new alert is opened.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The alert, acknowledged */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Alert"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Work that failed for good
         * @description Each also opened an alert of kind `dead_letters`. What they contain stays encrypted and is not answered.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    queue?: "meta-events" | "jobs";
                    status?: "open" | "retried" | "discarded";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Dead letters, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["DeadLetter"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry all open dead letters
         * @description Puts open ones back on their queues, the newest first, at most 200 a call; `left` says how many are still open. Those that can't be read stay open and are counted in `unreadable`. Alerts stay as they are.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description How many went back, and how many are left */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            retried: number;
                            unreadable: number;
                            left: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a dead letter
         * @description Puts the work back on the queue that it came from, once: a second call is answered `dead_letter_retried`. If it fails for good again, it comes back as a new dead letter with a new alert. Nobody gets a message twice by this: the campaign sends only to whom it still owes one.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The dead letter, retried */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetter"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard a dead letter
         * @description Decides that it is not to be retried. It stays listed, with `discardedAt`. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The dead letter, discarded */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetter"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unmatched-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events that fit nothing
         * @description Statuses of messages that no campaign knows, and messages from people whom no campaign wrote to, counted per hour, line and kind. `from` and `to` choose the hours: from the one that holds `from` to the last that begins before `to`.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    from?: string;
                    to?: string;
                    lineId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Counts, newest hour first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["UnmatchedEvent"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List segments */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Segments, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Segment"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Create a segment */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description The segment */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Segment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a segment */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The segment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Segment"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete an unused segment */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /** Rename a segment */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description The segment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Segment"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/portfolios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List business portfolios with what is left of their limit
         * @description Meta counts the different people messaged in a moving 24 hours per portfolio, over all its lines. A `messagingLimit` of null: no limit, or none heard of yet.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Portfolios that lines of yours belong to, by id */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Portfolio"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List lines */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    segmentId?: string;
                    kind?: "prospect" | "receptive";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Lines, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Line"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Register a number as a line
         * @description Checked at Meta before anything is saved; the account's templates come with it.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        segmentId: string;
                        /** @enum {string} */
                        kind: "prospect" | "receptive";
                        wabaId: string;
                        phoneNumberId: string;
                        accessToken: string;
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description The line */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Line"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a line */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The line */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Line"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a line that no open campaign names */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a line or renew its access token
         * @description A new token has to be able to read the number at Meta before it takes the old one's place.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        segmentId?: string;
                        /** @enum {string} */
                        kind?: "prospect" | "receptive";
                        accessToken?: string;
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description The line */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Line"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/lines/{id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read number, quality, limit and status from Meta
         * @description Also ends a rest that waits for somebody to look after its cause, when Meta finds the number well.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The line */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Line"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lines/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a stopped line back
         * @description Reads the number at Meta first. When Meta lets it send, its rest ends, also one that would end later, and campaigns that wait for it go on; else 409 with Meta's reason. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The line, able to send */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Line"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List templates */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    status?: string;
                    wabaId?: string;
                    segmentId?: string;
                    lineId?: string;
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Templates that Meta lists, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Template"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Submit a template for Meta's approval
         * @description Meta may file it under another category than the one asked for; the answer has Meta's.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        wabaId: string;
                        name: string;
                        language: string;
                        /** @enum {string} */
                        category: "MARKETING" | "UTILITY" | "AUTHENTICATION";
                        /** @enum {string} */
                        parameterFormat?: "POSITIONAL" | "NAMED";
                        components: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            responses: {
                /** @description The template, awaiting approval */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Template"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring the templates of one account, or of all, up to what Meta lists */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        wabaId?: string;
                    };
                };
            };
            responses: {
                /** @description What the sync changed */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            created: number;
                            updated: number;
                            unchanged: number;
                            removed: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a template */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The template; its status is DELETED when Meta no longer lists it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Template"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Say which lines may send a template
         * @description Any lines of the template's account. A sync leaves them as they are; a new line is added to those templates only that all other lines have.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        lineIds: string[];
                    };
                };
            };
            responses: {
                /** @description The template */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Template"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/audiences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List audiences */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    segmentId?: string;
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Audiences, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Audience"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an audience
         * @description Members of a `fixed` one are listed: imports add them. Those of a `dynamic` one are the tenant's contacts that match its `filter` whenever it is read.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        segmentId: string;
                        name: string;
                        /** @enum {string} */
                        kind?: "fixed" | "dynamic";
                        /** @description Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading. */
                        filter?: {
                            hashtagsAny?: string[];
                            hashtagsAll?: string[];
                            hashtagsNone?: string[];
                            attributes?: {
                                name: string;
                                /** @enum {string} */
                                op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                                value?: string;
                            }[];
                            optIn?: {
                                status?: ("granted" | "revoked" | "unknown")[];
                                grantedBeforeDays?: number;
                                grantedAfterDays?: number;
                            };
                            ddd?: string[];
                            states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                            segmentIds?: string[];
                            audienceIds?: {
                                in?: string[];
                                notIn?: string[];
                            };
                            unreachable?: boolean;
                            legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                            lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                            notWrittenForDays?: number;
                            createdWithinDays?: number;
                            hasEmail?: boolean;
                            hasDocument?: boolean;
                        };
                    };
                };
            };
            responses: {
                /** @description The audience; a fixed one is empty */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Audience"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count the contacts that match a filter
         * @description Of the tenant, at this moment; nothing is kept.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading. */
                        filter: {
                            hashtagsAny?: string[];
                            hashtagsAll?: string[];
                            hashtagsNone?: string[];
                            attributes?: {
                                name: string;
                                /** @enum {string} */
                                op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                                value?: string;
                            }[];
                            optIn?: {
                                status?: ("granted" | "revoked" | "unknown")[];
                                grantedBeforeDays?: number;
                                grantedAfterDays?: number;
                            };
                            ddd?: string[];
                            states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                            segmentIds?: string[];
                            audienceIds?: {
                                in?: string[];
                                notIn?: string[];
                            };
                            unreachable?: boolean;
                            legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                            lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                            notWrittenForDays?: number;
                            createdWithinDays?: number;
                            hasEmail?: boolean;
                            hasDocument?: boolean;
                        };
                    };
                };
            };
            responses: {
                /** @description How many match */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AudienceCount"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an audience */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The audience */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Audience"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete an audience that no campaign names
         * @description Its contacts stay.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Rename an audience, or change the filter of a dynamic one
         * @description Fields that are left out stay. Campaigns that were launched keep the filter that they were launched with.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        /** @description Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading. */
                        filter?: {
                            hashtagsAny?: string[];
                            hashtagsAll?: string[];
                            hashtagsNone?: string[];
                            attributes?: {
                                name: string;
                                /** @enum {string} */
                                op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                                value?: string;
                            }[];
                            optIn?: {
                                status?: ("granted" | "revoked" | "unknown")[];
                                grantedBeforeDays?: number;
                                grantedAfterDays?: number;
                            };
                            ddd?: string[];
                            states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                            segmentIds?: string[];
                            audienceIds?: {
                                in?: string[];
                                notIn?: string[];
                            };
                            unreachable?: boolean;
                            legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                            lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                            notWrittenForDays?: number;
                            createdWithinDays?: number;
                            hasEmail?: boolean;
                            hasDocument?: boolean;
                        };
                    };
                };
            };
            responses: {
                /** @description The audience */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Audience"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/audiences/{id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an audience's imports */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Imports, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Import"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Import a CSV or XLSX file into an audience
         * @description The body is the file itself; which of the two it is its bytes tell. Of an Excel workbook (XLSX) the sheet named `sheet` is read, without it the first with a column for phones and a row, else the first, as of a CSV with the sheet's rows for lines: dates as `01/03/2026`, numbers with a comma and all their digits. Of a CSV, delimiter (`;`, `,` or tab) and encoding (UTF-8, Windows-1252 or UTF-16) are detected; `encoding` decides between the first two, and 400 says that a file is not what it is said to be. A cell whose bytes are no text changes nothing and is noticed. Columns are understood in any case: NomePessoa, CpfCnpj, CodPessoaCliente, DDDTelefone, NumeroTelefone, EnderecoEmail, OptIn, OrigemOptIn, DataHoraOptIn, Hashtags; others become attributes. Blank cells erase nothing. The header is the first line that names a column for phones, 50 lines down at most; a line of totals below the list is no row. In a file with TIPO_DE_REGISTRO and VALOR_DO_REGISTRO the rows of phones are people and those of e-mail addresses are counted as another channel, as are rows whose CANAL is not whatsapp. An address is given to the people of the phones with the same CPFCNPJ, or where one side has none with the same CODCLIENTE.
         *
         *     A no in OptIn is always kept, and only a yes whose DataHoraOptIn is newer lifts it. A yes without a date that can be read is a consent without a date.
         *
         *     With `check` nothing is stored: the import ends `checked` and says what the file would do, and is deleted with it after seven days unless it is started. Where the tenant has a `maxRejectedPercent` each import is checked first by itself. `mode`, `onlyThisSegment`, `clearMarks` and the legal basis are for imports without `check`; one that is checked gets them when it is started.
         */
        post: {
            parameters: {
                query?: {
                    delimiter?: ";" | "," | "\t" | "tab";
                    encoding?: "utf-8" | "utf8" | "windows-1252" | "latin1";
                    mapping?: string;
                    sheet?: string;
                    /** @description The file is only read: the import ends `checked`, and `POST /v1/imports/{id}/start` imports it. */
                    check?: "true" | "false";
                    /** @description `add`: the file's people join the audience. `replace`: in the end they are all who is in it; nobody leaves before the whole file has been stored. `remove`: they leave it, and nothing else of the file is read. */
                    mode?: "add" | "replace" | "remove";
                    /** @description The file's people leave the audiences of all other segments. */
                    onlyThisSegment?: "true" | "false";
                    /** @description The file's people lose the hashtags and attributes that they had before. */
                    clearMarks?: "true" | "false";
                    /** @description On which ground of the LGPD these people's data is used; `unknown` wants a reason. */
                    legalBasis?: "consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown";
                    legalBasisReason?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "text/csv": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            responses: {
                /** @description The import, queued */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an import
         * @description `importedRows`, `updatedRows`, `rejectedRows` and `otherChannelRows` always add up to `totalRows`, which are 0 while the file is only checked; of one that removes people, `updatedRows` are the rows that name somebody. `rejections` and `notices` say why, how often and in which lines; the files behind `rejectsUrl` and `noticesUrl` have all of them, but for lines of totals, which are no rows. `errorDetail` is in Portuguese for `Accept-Language: pt`, else in English.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The import as it stands now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/import-mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what the columns of headers were taken for last
         * @description The `mapping` of the last import with each header that had one, to be offered again; with `header` that one's alone. Names are folded to letters and digits, in lower case and without accents.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    /** @description SHA-256, as lowercase hex, of the header's folded names with a line feed between each. */
                    header?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Mappings, by header */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ImportMapping"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a file that was checked
         * @description 409 `import_not_startable` unless its status is `checked`, and when more of it was rejected than the tenant allows.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description `add`: the file's people join the audience. `replace`: in the end they are all who is in it; nobody leaves before the whole file has been stored. `remove`: they leave it, and nothing else of the file is read.
                         * @enum {string}
                         */
                        mode?: "add" | "replace" | "remove";
                        onlyThisSegment?: boolean;
                        clearMarks?: boolean;
                        /**
                         * @description On which ground of the LGPD these people's data is used; `unknown` wants a reason.
                         * @enum {string|null}
                         */
                        legalBasis?: "consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown" | null;
                        legalBasisReason?: string | null;
                    };
                };
            };
            responses: {
                /** @description The import, queued */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an import
         * @description It stops within one step, some thousand rows at most; its counts say what was stored by then, and that stays. Nobody has left an audience that was to be replaced. 409 `import_not_cancellable` when it is over, or is already ending memberships after all of its file.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The import, cancelled */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/rejects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the rows that were left out
         * @description The file's own columns, encoding and delimiter, and `Linha` and `Motivo`, which an import of it leaves out: rows can be corrected in it and imported again as they are. Of a workbook it is a CSV in UTF-8.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rows */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the rows that were taken and are to be looked at
         * @description The file's own columns, encoding and delimiter, and `Linha` and `Aviso`, which an import of it leaves out: rows can be corrected in it and imported again as they are. Of a workbook it is a CSV in UTF-8.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rows */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and find contacts
         * @description `phone` and `document` in any punctuation. `q`: how words of a name begin, in any order; a phone, whole or from its beginning or its last four digits; how a document, code or e-mail begins. Accents, capitals and punctuation do not count. In an audience a search for what very many people have sees some of them at a time: a page may then be short or empty and still have a `nextCursor`, which goes on.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    audienceId?: string;
                    phone?: string;
                    document?: string;
                    customerCode?: string;
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Contacts, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Contact"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a contact
         * @description One per phone. With `audienceId` it becomes a member of that audience.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        document?: string | null;
                        customerCode?: string | null;
                        phone: string;
                        email?: string | null;
                        hashtags?: string[];
                        attributes?: {
                            [key: string]: string;
                        };
                        optIn?: {
                            source: string;
                            /** @description What the person wrote or agreed to, word for word: kept as proof. */
                            wording?: string | null;
                            /** Format: date-time */
                            at?: string;
                        };
                        /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        audienceId?: string;
                    };
                };
            };
            responses: {
                /** @description The contact */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a contact */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The contact */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a contact
         * @description It leaves all audiences, and campaigns under way send it nothing more. Of somebody who had opted out a block stays (`reason`: `opted_out`), so that an import can't bring them back as somebody new; a later opt-in lifts it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a contact
         * @description Fields that are left out stay; hashtags and attributes are replaced as a whole. Campaigns under way that have yet to write to this person write to the new phone.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        document?: string | null;
                        customerCode?: string | null;
                        phone?: string;
                        email?: string | null;
                        hashtags?: string[];
                        attributes?: {
                            [key: string]: string;
                        };
                    };
                };
            };
            responses: {
                /** @description The contact */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/contacts/{id}/opt-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record a person's consent
         * @description Without `at` the person agrees now. 409 `conflict` when the person has opted out at `at` or later: only a newer consent lifts an opt-out. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        source: string;
                        /** @description What the person wrote or agreed to, word for word: kept as proof. */
                        wording?: string | null;
                        /** Format: date-time */
                        at?: string;
                    };
                };
            };
            responses: {
                /** @description The contact */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/opt-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a person's consent back
         * @description Campaigns under way send the person nothing more. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                        /** @description What the person wrote or agreed to, word for word: kept as proof. */
                        wording?: string | null;
                    };
                };
            };
            responses: {
                /** @description The contact */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how a contact's consent came about
         * @description The proof of each change: what was said, where it came from, and when. At most the last 200.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Changes of the consent, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ConsentEvent"][];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/audiences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audiences of a contact
         * @description At most 200.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Audiences, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: {
                                /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                                id: string;
                                name: string;
                                /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                                segmentId: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what happened with a contact
         * @description Campaigns' messages, imports, consent, blocks, attendances and edits; `group` narrows it to one of them. More kinds may be added.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    group?: "messages" | "imports" | "consent" | "blocks" | "attendances" | "edits";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What happened, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["TimelineItem"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/lookalikes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List contacts that may be the same person
         * @description `sharedBy`: `phone`, the same number with or without the ninth digit; `document`; `userId`, Meta's id of a person. At most five.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Contacts */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Lookalike"][];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge another contact into this one
         * @description `contactId` is the same person, and is no more afterwards. This contact keeps its phone and what it has; what it lacks comes from the other, hashtags and audiences of both are united, and the consent is what the words of both come to: an older yes never lifts a no. After a no the other number is blocked. 409 `in_use` while a campaign under way would write to the person twice by it, or not at all: once it is over, or if the other contact is kept.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example con_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        contactId: string;
                    };
                };
            };
            responses: {
                /** @description The contact */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/personal-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read all that is held of a person
         * @description One document, complete: the contact, its consent, where it is listed, who served it, and every campaign's message with its text and history. 503 `unavailable` when a campaign does not answer, rather than an answer without it.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is held, oldest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PersonalData"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a person
         * @description Takes everything that tells of the person out of the catalogue, all campaigns, files and the audit log; campaigns under way send them nothing more. Can't be undone. Counts stay, and a keyed hash of phone, CPF and Meta's user id, by which imports, new contacts and inbound messages do not bring the person back. Safe to repeat: an erasure that failed goes on where it stopped.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description A word, so that it names nobody. `requested`: by the person.
                         * @enum {string}
                         */
                        reason: "requested" | "consent_revoked" | "no_longer_needed" | "authority";
                    };
                };
            };
            responses: {
                /** @description The erasure, queued */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Erasure"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List erasures */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Erasures, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Erasure"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an erasure */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The erasure, with what was found so far */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Erasure"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List blocks
         * @description `phone` and `document` in any punctuation; `q`: whichever of phone, document and user id it can be, as a whole. `segmentId`: blocks of this segment alone, without those of the whole tenant. `active=false`: those whose `until` has passed.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    q?: string;
                    phone?: string;
                    document?: string;
                    userId?: string;
                    segmentId?: string;
                    active?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Blocks, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Block"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Block a person
         * @description By `phone`, `document` or `userId` (Meta's id of a person, BSUID): whoever has any that is named gets no campaign, whatever their consent, in one segment or, without `segmentId`, in all. A `userId` covers a contact once that person has written to us with their number, before or later. Blocks are kept by key: imports and deleted contacts change nothing. Campaigns under way leave the person out at once, and for good: when the block ends, later campaigns may write to them again, not these. `until`: it ends then by itself.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        phone?: string | null;
                        document?: string | null;
                        userId?: string | null;
                        /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        segmentId?: string | null;
                        reason: string;
                        contract?: string | null;
                        /** Format: date-time */
                        until?: string | null;
                    };
                };
            };
            responses: {
                /** @description The block */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Block"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blocks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a block
         * @description Unless another block covers them, later campaigns may write to these people again. Campaigns under way that have left them out stay as they are.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Ended */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a block's end, reason or contract
         * @description Fields that are left out stay; `until: null` takes its end away. One that has ended and gets a later end covers people again at once. Whom it covers does not change: end it and make another.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                        contract?: string | null;
                        /** Format: date-time */
                        until?: string | null;
                    };
                };
            };
            responses: {
                /** @description The block */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Block"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/blocks/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End blocks
         * @description As ending each of them. All or, when one of the ids is not there, none.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ids: string[];
                    };
                };
            };
            responses: {
                /** @description How many were ended */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ended: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blocks/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a list of blocks
         * @description The body is a CSV of at most 100,000 rows and 10 MB, with a header; delimiter and encoding are detected. Columns, in any case and order: Telefone (DDD apart or not), CpfCnpj, IdUsuario, Segmento (name or id), Motivo, Contrato, Ate; or those of Maestro: TIPO_BLOQUEIO (1 permanent, 2 temporary), CPF_CNPJ, DATA_EXPIRACAO, NUCONTRATOGESTAO, NUMERO, MOTIVO; DATA_SOLICITACAO and EMAIL are not used. Days are those of the tenant's time zone, and a block until a day lasts that whole day.
         *
         *     Read so as to send less: a row with a phone and a document blocks whoever has either, an end that can't be read is no end, and of a block that is there already the later end counts. Campaigns under way leave the people out at once. Safe to repeat, also when the answer was lost: what has been taken is `unchanged`.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Of rows that name no segment; without it, all segments. */
                    segmentId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "text/csv": string;
                };
            };
            responses: {
                /** @description What became of the rows */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BlockImport"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attendances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List attendances */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    phone?: string;
                    channel?: "idr" | "operation";
                    active?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Attendances, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Attendance"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Tell that a person is being served
         * @description Until it is ended, campaigns that leave out people in service send this phone nothing; those under way know within 15 seconds. It is closed by itself once nothing has happened in it for the tenant's `attendanceIdleMinutes`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        phone: string;
                        /** @enum {string} */
                        channel: "idr" | "operation";
                        /** Format: date-time */
                        startedAt?: string;
                    };
                };
            };
            responses: {
                /** @description The attendance, open */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attendance"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attendances/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell that people are being served
         * @description Up to 1,000 at once: all of them or, when one of the phones is none, nobody. Who has an attendance open keeps it, and that we were told again is its last event; so a whole list can be sent from time to time. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        attendances: {
                            phone: string;
                            /** @enum {string} */
                            channel: "idr" | "operation";
                            /** Format: date-time */
                            startedAt?: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description The open attendances */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many are new. */
                            opened: number;
                            /** @description How many people had one open already; they keep it. */
                            alreadyOpen: number;
                            /** @description The open attendance of each entry, in the order of the request. */
                            ids: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attendances/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End attendances now
         * @description All of them or, when one of the ids is not there, none. Who had been ended before keeps that end. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ids: string[];
                    };
                };
            };
            responses: {
                /** @description How many were ended */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description How many were open until now. */
                            ended: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attendances/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an attendance */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The attendance */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attendance"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** End an attendance */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: date-time */
                        endedAt: string;
                    };
                };
            };
            responses: {
                /** @description The attendance */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attendance"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List campaigns
         * @description Counts of campaigns under way are some seconds old here; reading one campaign gives those of the moment.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    status?: "draft" | "scheduled" | "preparing" | "running" | "paused" | "completed" | "cancelled" | "failed";
                    segmentId?: string;
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Campaigns, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Campaign"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a campaign
         * @description It is a draft: nothing is sent before it is launched. All it needs is a name; what else a launch needs may be null, or left out, until then. The check names what is missing.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        segmentId?: string | null;
                        /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        audienceId?: string | null;
                        /** @description Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading. */
                        filter?: {
                            hashtagsAny?: string[];
                            hashtagsAll?: string[];
                            hashtagsNone?: string[];
                            attributes?: {
                                name: string;
                                /** @enum {string} */
                                op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                                value?: string;
                            }[];
                            optIn?: {
                                status?: ("granted" | "revoked" | "unknown")[];
                                grantedBeforeDays?: number;
                                grantedAfterDays?: number;
                            };
                            ddd?: string[];
                            states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                            segmentIds?: string[];
                            audienceIds?: {
                                in?: string[];
                                notIn?: string[];
                            };
                            unreachable?: boolean;
                            legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                            lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                            notWrittenForDays?: number;
                            createdWithinDays?: number;
                            hasEmail?: boolean;
                            hasDocument?: boolean;
                        } | null;
                        /** @example tpl_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        templateId?: string | null;
                        variables?: {
                            [key: string]: {
                                field: string;
                                fallback?: string;
                            } | {
                                value: string;
                            } | {
                                /** Format: uri */
                                link: string;
                                filename?: string;
                            } | {
                                mediaId: string;
                                filename?: string;
                            };
                        };
                        sender?: {
                            /** @enum {string} */
                            mode: "prospect";
                        } | {
                            /** @enum {string} */
                            mode: "line";
                            /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                            lineId: string | null;
                        };
                        /**
                         * Format: date-time
                         * @description At most two years ahead (`start_too_far`).
                         */
                        startAt?: string | null;
                        pacing?: {
                            /** @description Of the people who are to get the message, a wave; at least 0.1, since there are at most 1,000 waves (`too_many_waves`). */
                            percent: number;
                            intervalMinutes: number;
                        } | null;
                        sendingWindow?: {
                            /** @enum {string} */
                            mode: "tenant";
                        } | {
                            /** @enum {string} */
                            mode: "none";
                        } | {
                            /** @enum {string} */
                            mode: "custom";
                            /** @example America/Sao_Paulo */
                            timeZone: string;
                            hours: {
                                /**
                                 * @description Monday is 1, Sunday is 7.
                                 * @example [
                                 *       1,
                                 *       2,
                                 *       3,
                                 *       4,
                                 *       5
                                 *     ]
                                 */
                                days: (1 | 2 | 3 | 4 | 5 | 6 | 7)[];
                                /** @example 08:00 */
                                from: string;
                                /** @example 20:00 */
                                to: string;
                            }[];
                            /**
                             * @description Days without sends, in the window's time zone.
                             * @example [
                             *       "2026-12-25"
                             *     ]
                             */
                            holidays?: string[];
                        };
                        inService?: {
                            /** @enum {string} */
                            mode: "include" | "exclude";
                            withinMinutes?: number;
                        };
                    };
                };
            };
            responses: {
                /** @description The campaign, a draft */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a campaign */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The campaign as it stands this moment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a draft */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a draft
         * @description Fields that are left out stay.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        segmentId?: string | null;
                        /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        audienceId?: string | null;
                        /** @description Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading. */
                        filter?: {
                            hashtagsAny?: string[];
                            hashtagsAll?: string[];
                            hashtagsNone?: string[];
                            attributes?: {
                                name: string;
                                /** @enum {string} */
                                op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                                value?: string;
                            }[];
                            optIn?: {
                                status?: ("granted" | "revoked" | "unknown")[];
                                grantedBeforeDays?: number;
                                grantedAfterDays?: number;
                            };
                            ddd?: string[];
                            states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                            segmentIds?: string[];
                            audienceIds?: {
                                in?: string[];
                                notIn?: string[];
                            };
                            unreachable?: boolean;
                            legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                            lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                            notWrittenForDays?: number;
                            createdWithinDays?: number;
                            hasEmail?: boolean;
                            hasDocument?: boolean;
                        } | null;
                        /** @example tpl_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                        templateId?: string | null;
                        variables?: {
                            [key: string]: {
                                field: string;
                                fallback?: string;
                            } | {
                                value: string;
                            } | {
                                /** Format: uri */
                                link: string;
                                filename?: string;
                            } | {
                                mediaId: string;
                                filename?: string;
                            };
                        };
                        sender?: {
                            /** @enum {string} */
                            mode: "prospect";
                        } | {
                            /** @enum {string} */
                            mode: "line";
                            /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                            lineId: string | null;
                        };
                        /** Format: date-time */
                        startAt?: string | null;
                        pacing?: {
                            /** @description Of the people who are to get the message, a wave; at least 0.1, since there are at most 1,000 waves (`too_many_waves`). */
                            percent: number;
                            intervalMinutes: number;
                        } | null;
                        sendingWindow?: {
                            /** @enum {string} */
                            mode: "tenant";
                        } | {
                            /** @enum {string} */
                            mode: "none";
                        } | {
                            /** @enum {string} */
                            mode: "custom";
                            /** @example America/Sao_Paulo */
                            timeZone: string;
                            hours: {
                                /**
                                 * @description Monday is 1, Sunday is 7.
                                 * @example [
                                 *       1,
                                 *       2,
                                 *       3,
                                 *       4,
                                 *       5
                                 *     ]
                                 */
                                days: (1 | 2 | 3 | 4 | 5 | 6 | 7)[];
                                /** @example 08:00 */
                                from: string;
                                /** @example 20:00 */
                                to: string;
                            }[];
                            /**
                             * @description Days without sends, in the window's time zone.
                             * @example [
                             *       "2026-12-25"
                             *     ]
                             */
                            holidays?: string[];
                        };
                        inService?: {
                            /** @enum {string} */
                            mode: "include" | "exclude";
                            withinMinutes?: number;
                        };
                    };
                };
            };
            responses: {
                /** @description The campaign */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/campaigns/{id}/preflight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a campaign before it is launched
         * @description Nothing is changed. The audience is counted person by person. Of a very large one a request counts a part, and `nextCursor` is not null: ask again with `cursor` until it is, and counts and issues are those of the whole audience.
         */
        post: {
            parameters: {
                query?: {
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Preflight"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/launch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Launch a campaign
         * @description Only a draft, and only when its preflight has no error; else 422 with all that was found.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The campaign, under way */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a campaign
         * @description No message leaves any more, within a second; those that Meta has taken already arrive.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The campaign */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused campaign
         * @description It goes on exactly where it stopped; waves to come keep their distance.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The campaign */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a campaign for good
         * @description Whoever has not been sent to gets nothing. A draft is deleted instead.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The campaign */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Campaign"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what is in doubt
         * @description Another try for recipients whose status is `unknown`: Meta's answer never came, so some of them may have got the message already and would get it twice. `acknowledgeDuplicates` says that you know. Without `contactIds` all of them. Who has opted out or is in service by now is withheld.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Whose sends; those that are not in doubt are left alone. Left out: all that are in doubt. */
                        contactIds?: string[];
                        /**
                         * @description That somebody may get the message twice is known and accepted.
                         * @enum {boolean}
                         */
                        acknowledgeDuplicates: true;
                    };
                };
            };
            responses: {
                /** @description How many get another try, and how many were withheld */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Resend"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/waiting/pinned_line_blocked/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give people who wait for a blocked line to other lines
         * @description Meta stopped their line for spam reports (131048) while their sends were under way, so they wait for a decision: another line may get the same reports. Whoever waits for a line that can send again is left alone. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Whose people; left out: those of every line that can't send.
                         * @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C
                         */
                        lineId?: string;
                    };
                };
            };
            responses: {
                /** @description How many, and the campaign */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PinnedOutcome"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/waiting/pinned_line_blocked/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fail people who wait for a blocked line
         * @description They get nothing, and history and report say that a person ended the wait. Whoever waits for a line that can send again is left alone. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Whose people; left out: those of every line that can't send.
                         * @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C
                         */
                        lineId?: string;
                    };
                };
            };
            responses: {
                /** @description How many, and the campaign */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PinnedOutcome"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a campaign's recipients
         * @description Everyone in the audience, also those who get nothing, from the launch on. `q`: words of a name, or part of a phone, document, code or e-mail; accents, capitals and punctuation do not count. A filter looks at a million recipients at a time: a page may then be short or empty and still have a `nextCursor`, which goes on. When filters find little in a very large campaign, a page may have fewer than `limit` people, or none, and still name a `nextCursor`: only null is the end.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    status?: "pending" | "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "skipped" | "unknown";
                    lineId?: string;
                    q?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Recipients, by contact */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Recipient"][];
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/recipients/{contactId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a recipient with everything that happened */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    contactId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The recipient, with its history, oldest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecipientDetail"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a campaign's figures
         * @description `counts` are cumulative (a read message is also delivered and sent); `accounting` is exclusive and adds up to the audience. `rates` are the same wherever they are told; none but `sent` and `skipped` looks at people who were left out.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Figures of this moment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CampaignStats"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/live-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a ticket to a campaign's live connection
         * @description For one connection, opened within a minute: browsers can't send credentials with a WebSocket.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The ticket, and the address that holds it */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LiveTicket"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a campaign's report
         * @description One row for everyone in the audience, as things stand while it is written. `NumeroTelefone` is the complete number (5511961234567; a foreign one keeps its `+`), `DDDTelefone` its area code again. `delimiter`, in the query or the body, is `;` unless told.
         */
        post: {
            parameters: {
                query?: {
                    delimiter?: ";" | ",";
                };
                header?: {
                    /** @description The same key with the same request within 24 hours gets the first answer again. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        delimiter?: ";" | ",";
                    };
                };
            };
            responses: {
                /** @description The export, queued */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Export"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an export */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The export, with its progress */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Export"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a report
         * @description CSV (RFC 4180) in UTF-8 with a byte order mark. `delimiter` rewrites it on the way, whatever it was made with. Cells that a spreadsheet would run as a formula begin with an apostrophe.
         */
        get: {
            parameters: {
                query?: {
                    delimiter?: ";" | ",";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        SignedIn: {
            /** @description Send it as `Authorization: Bearer …`; good for 7 days after its last day of use. */
            token: string;
            user: {
                id: string;
                name: string;
                email: string;
            };
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /**
             * @description More may be added.
             * @example not_found
             * @enum {string}
             */
            code: "unauthenticated" | "forbidden" | "not_found" | "invalid_request" | "invalid_cursor" | "conflict" | "idempotency_conflict" | "idempotency_in_progress" | "rate_limited" | "payload_too_large" | "too_many_waves" | "start_too_far" | "campaign_not_editable" | "campaign_not_launchable" | "campaign_not_pausable" | "campaign_not_resumable" | "campaign_not_cancellable" | "campaign_not_resendable" | "line_still_blocked" | "preflight_failed" | "import_not_startable" | "import_not_cancellable" | "in_use" | "audience_is_dynamic" | "graph_error" | "graph_unreachable" | "person_erased" | "invalid_phone" | "invalid_document" | "invalid_access_token" | "not_ready" | "dead_letter_retried" | "dead_letter_discarded" | "dead_letter_unreadable" | "unavailable";
            errors?: {
                path: string;
                message: string;
            }[];
            /** @description With `in_use`: what has to be moved, changed or deleted first; the first ten of each. */
            usedBy?: {
                /** @enum {string} */
                type: "campaign" | "audience" | "line" | "import";
                id: string;
                name?: string;
                status?: string;
            }[];
            issues?: {
                [key: string]: unknown;
            }[];
        };
        /** @description One message of a campaign's live connection. */
        LiveMessage: {
            /** @enum {string} */
            type: "counts";
            /** @enum {string} */
            status: "draft" | "scheduled" | "preparing" | "running" | "paused" | "completed" | "cancelled" | "failed";
            statusReason: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            waitsUntil: string | null;
            waiting: components["schemas"]["Wait"][];
            counts: components["schemas"]["CampaignCounts"];
            rates: components["schemas"]["CampaignRates"];
            accounting: {
                audience: number;
                pending: number;
                queued: number;
                sending: number;
                sent: number;
                failed: number;
                unknown: number;
                skipped: number;
                balanced: boolean;
            };
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            at: string;
        };
        Wait: {
            /**
             * @description More may be added.
             * @enum {string}
             */
            kind: "pinned_line_blocked" | "account_restricted" | "no_line_left" | "line_resting" | "limit_spent" | "rate_shared" | "sending_window" | "next_wave" | "wave_unchecked" | "wave_gate" | "later_try" | "queue_delayed" | "internal_error" | "paused" | "stalled";
            /** @description People who wait for it. */
            count: number;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When it ends by itself; left out when it takes a person.
             * @example 2026-12-01T15:00:00.000Z
             */
            until?: string;
            /** @description A stable word that says more, such as `spam_limited`, `account_locked` or why it was paused. */
            reason?: string;
            /**
             * @description With `pinned_line_blocked`: the line they are tied to.
             * @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C
             */
            lineId?: string;
            /** @description The lines that stand in the way. */
            lines?: {
                /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                lineId: string;
                reason: string;
                /**
                 * Format: date-time
                 * @description When it ends by itself; left out when it takes a person.
                 * @example 2026-12-01T15:00:00.000Z
                 */
                until?: string;
            }[];
            /** @description What a person may do: `move` and `fail` are `POST /v1/campaigns/{id}/waiting/pinned_line_blocked/…`, `resume_line` is `POST /v1/lines/{id}/resume` for one of `lines`, `resume` is `POST /v1/campaigns/{id}/resume`. */
            actions: ("move" | "fail" | "resume_line" | "resume")[];
        };
        CampaignCounts: {
            total: number;
            pending: number;
            queued: number;
            sent: number;
            delivered: number;
            read: number;
            failed: number;
            skipped: number;
            unknown: number;
            replied: number;
        };
        /** @description Shares from 0; null where nothing can be said yet. */
        CampaignRates: {
            /** @description Taken by Meta, of the people who are to get the message: the audience without those who are left out. */
            sent: number | null;
            /** @description Delivered, of those that Meta took. */
            delivery: number | null;
            /** @description Read, of those delivered. Who turned read receipts off counts as unread. */
            read: number | null;
            /** @description People who replied, of those delivered. */
            reply: number | null;
            /** @description Failed, of the sends whose end is known: taken by Meta or failed. What is in doubt is in neither part. */
            failure: number | null;
            /** @description In doubt, of everybody whom we tried to send to: taken by Meta, failed or in doubt. */
            doubt: number | null;
            /** @description Left out, of the whole audience. */
            skipped: number | null;
        };
        Me: {
            /** @enum {string} */
            kind: "apiKey" | "user";
            id: string;
            name: string;
            scopes: string[];
            tenant: components["schemas"]["Tenant"];
        };
        Tenant: {
            /** @example ten_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            name: string;
            /** @example America/Sao_Paulo */
            timeZone: string;
            /** @example pt-BR */
            locale: string;
            responseProtocol: boolean;
            settings: components["schemas"]["TenantSettings"];
            policy: components["schemas"]["TenantPolicy"];
        };
        TenantSettings: {
            failureRateThreshold?: number;
            failureRateMinimum?: number;
            waveGate?: components["schemas"]["WaveGate"];
            missedStartMinutes?: number;
            resumeWhenLinesReturn?: boolean;
            /**
             * @description Before its next wave, a campaign whose template Meta has made MARKETING pauses until somebody resumes it (`hold`) or goes on at the new price (`continue`).
             * @enum {string}
             */
            categoryChange?: "hold" | "continue";
            /** @description How many messages one person may get within so many days, over all campaigns. Who has had as many is left out (`frequencyCap`) by the check, at the launch and when their wave opens; a message that is on its way, or whose fate is not known, counts as sent. */
            frequencyCaps?: components["schemas"]["FrequencyCap"][];
            sendingWindow?: components["schemas"]["SendingWindow"];
            replyWindowMinutes?: number;
            /** @description An attendance in which nothing has happened for so long is closed. Replies, and being told of it again, are what happens. */
            attendanceIdleMinutes?: number;
            /** @description So many days after a campaign's end its recipients lose name, phone, fields and texts; counts and statuses stay. Null: never. */
            personalDataDays?: number | null;
            /** @description So many days after they are done, files of imports and reports are deleted. Null: never. */
            fileDays?: number | null;
            /**
             * @description An inbound message that says nothing but one of these, or a button or row with such a title or payload, takes the person's consent back. Accents, capitals and punctuation do not count. An empty list: none does.
             * @example [
             *       "SAIR",
             *       "PARAR",
             *       "CANCELAR",
             *       "STOP"
             *     ]
             */
            optOutWords?: string[];
            /**
             * @description An import of which more rows than this share would be rejected, rows of another channel aside, writes nothing and fails with `too_many_rejects`. Null: any share is taken.
             * @example 10
             */
            maxRejectedPercent?: number | null;
            /**
             * @description The same for giving consent; none unless they are set. A word that is in both lists is an opt-out.
             * @example [
             *       "QUERO RECEBER"
             *     ]
             */
            optInWords?: string[];
        };
        WaveGate: {
            maxFailureRate: number;
            maxOptOutRate: number;
            stopOnRedLine: boolean;
        } | null;
        FrequencyCap: {
            /**
             * @description Which messages it counts, and which it holds back: those of this category of templates, or `any`.
             * @enum {string}
             */
            category: "marketing" | "utility" | "any";
            messages: number;
            days: number;
        };
        SendingWindow: {
            /** @example America/Sao_Paulo */
            timeZone: string;
            hours: {
                /**
                 * @description Monday is 1, Sunday is 7.
                 * @example [
                 *       1,
                 *       2,
                 *       3,
                 *       4,
                 *       5
                 *     ]
                 */
                days: (1 | 2 | 3 | 4 | 5 | 6 | 7)[];
                /** @example 08:00 */
                from: string;
                /** @example 20:00 */
                to: string;
            }[];
            /**
             * @description Days without sends, in the window's time zone.
             * @default []
             * @example [
             *       "2026-12-25"
             *     ]
             */
            holidays: string[];
        } | null;
        TenantPolicy: {
            failureRateThreshold: number;
            failureRateMinimum: number;
            waveGate: components["schemas"]["WaveGate"];
            missedStartMinutes: number;
            resumeWhenLinesReturn: boolean;
            /**
             * @description Before its next wave, a campaign whose template Meta has made MARKETING pauses until somebody resumes it (`hold`) or goes on at the new price (`continue`).
             * @enum {string}
             */
            categoryChange: "hold" | "continue";
            /** @description How many messages one person may get within so many days, over all campaigns. Who has had as many is left out (`frequencyCap`) by the check, at the launch and when their wave opens; a message that is on its way, or whose fate is not known, counts as sent. */
            frequencyCaps: components["schemas"]["FrequencyCap"][];
            sendingWindow: components["schemas"]["SendingWindow"];
            replyWindowMinutes: number;
            /** @description An attendance in which nothing has happened for so long is closed. Replies, and being told of it again, are what happens. */
            attendanceIdleMinutes: number;
            /** @description So many days after a campaign's end its recipients lose name, phone, fields and texts; counts and statuses stay. Null: never. */
            personalDataDays: number | null;
            /** @description So many days after they are done, files of imports and reports are deleted. Null: never. */
            fileDays: number | null;
            /**
             * @description An inbound message that says nothing but one of these, or a button or row with such a title or payload, takes the person's consent back. Accents, capitals and punctuation do not count. An empty list: none does.
             * @example [
             *       "SAIR",
             *       "PARAR",
             *       "CANCELAR",
             *       "STOP"
             *     ]
             */
            optOutWords: string[];
            /**
             * @description An import of which more rows than this share would be rejected, rows of another channel aside, writes nothing and fails with `too_many_rejects`. Null: any share is taken.
             * @example 10
             */
            maxRejectedPercent: number | null;
            /**
             * @description The same for giving consent; none unless they are set. A word that is in both lists is an opt-out.
             * @example [
             *       "QUERO RECEBER"
             *     ]
             */
            optInWords: string[];
        };
        Onboarding: {
            /** @description There is a segment. */
            segment: boolean;
            /** @description There is a line. */
            line: boolean;
            /** @description There is a template that Meta has approved. */
            template: boolean;
            /** @description There is an audience in which somebody has opted in. */
            audience: boolean;
            /** @description A campaign was launched. */
            launched: boolean;
            /** @description A campaign was completed: nothing is left of the first steps. */
            completed: boolean;
        };
        ApiKey: {
            /** @example key_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            name: string;
            prefix: string;
            scopes: string[];
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            lastUsedAt: string | null;
        };
        ApiKeyCreated: components["schemas"]["ApiKey"] & {
            key: string;
        };
        AuditEntry: {
            /** @example log_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            actor: string;
            action: string;
            subject: string;
            detail: {
                [key: string]: unknown;
            } | null;
            requestId: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            at: string;
        };
        Alert: {
            /** @example alr_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            kind: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            subject: string;
            message: string;
            /** @description What was counted or told; instants in milliseconds since 1970. `account_restricted`: `until`, if it has an end. `account_closing`: Meta's `day`. `account_violation`: `violation`. `account_limited`: `restrictions`. `template_paused`, `template_flagged`: Meta's `event` and `reason`. `template_price`: `times` as much, `at` when it is only announced. `number_changed`: `newPhone`, and `takenBy` which contact. `failure_rate`: `sent` (sends that ended), `failed` of them, and of what time: the last `minutes`, answers that never came among the failures, or the campaign so far, before wave number `wave`. */
            facts: {
                [key: string]: number | string;
            } | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            acknowledgedAt: string | null;
        };
        DeadLetter: {
            /** @example dlt_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example jobs */
            queue: string;
            attempts: number;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            status: "open" | "retried" | "discarded";
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            retriedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            discardedAt: string | null;
        };
        UnmatchedEvent: {
            /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            lineId: string;
            lineName: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            hour: string;
            /** @enum {string} */
            kind: "status" | "inbound";
            count: number;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            lastAt: string;
        };
        Segment: {
            /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
        };
        Portfolio: {
            id: string;
            messagingLimit: number | null;
            used24h: number;
            reserved24h: number;
            lineIds: string[];
        };
        Line: {
            /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            segmentId: string;
            /** @enum {string} */
            kind: "prospect" | "receptive";
            name: string;
            wabaId: string;
            phoneNumberId: string;
            displayPhoneNumber: string | null;
            verifiedName: string | null;
            /** @enum {string} */
            qualityRating: "GREEN" | "YELLOW" | "RED" | "UNKNOWN";
            portfolioId: string;
            messagingLimitTier: string | null;
            status: string;
            throughputPerSecond: number;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            syncedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            health: {
                usable: boolean;
                reason?: string;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                since?: string;
            };
        };
        Template: {
            /** @example tpl_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            wabaId: string;
            name: string;
            language: string;
            category: string;
            status: string;
            components: ({
                type: string;
            } & {
                [key: string]: unknown;
            })[];
            /** @enum {string} */
            parameterFormat: "POSITIONAL" | "NAMED";
            variables: {
                /** @example body.1 */
                key: string;
                /** @enum {string} */
                component: "header" | "body" | "button";
                example: string | null;
                /** @enum {string} */
                kind: "text" | "media" | "suffix" | "payload" | "coupon";
                required: boolean;
            }[];
            lineIds: string[];
            rejectedReason: string | null;
            unsupported: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            syncedAt: string;
        };
        Audience: {
            /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            segmentId: string;
            name: string;
            /**
             * @description `fixed`: its members are listed. `dynamic`: whoever matches its `filter` at the moment of reading.
             * @enum {string}
             */
            kind: "fixed" | "dynamic";
            /** @description Of a dynamic audience; null of others. */
            filter: {
                hashtagsAny?: string[];
                hashtagsAll?: string[];
                hashtagsNone?: string[];
                attributes?: {
                    name: string;
                    /** @enum {string} */
                    op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                    value?: string;
                }[];
                optIn?: {
                    status?: ("granted" | "revoked" | "unknown")[];
                    grantedBeforeDays?: number;
                    grantedAfterDays?: number;
                };
                ddd?: string[];
                states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                segmentIds?: string[];
                audienceIds?: {
                    in?: string[];
                    notIn?: string[];
                };
                unreachable?: boolean;
                legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                notWrittenForDays?: number;
                createdWithinDays?: number;
                hasEmail?: boolean;
                hasDocument?: boolean;
            } | null;
            /** @description Null of a dynamic audience, which is counted when asked: `POST /v1/audiences/count`. */
            contactCount: number | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
        };
        AudienceCount: {
            /** @description Contacts that match. */
            matched: number;
            /** @description Contacts that were looked at. */
            looked: number;
            /** @description Whether all of the tenant's were. If not, time ran out: at least `matched` of more than `looked`. */
            complete: boolean;
        };
        Import: {
            /** @example imp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            audienceId: string;
            /** @enum {string} */
            status: "queued" | "running" | "checked" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            phase: "check" | "import" | "removal";
            rowsRead: number;
            /**
             * @description `add`: the file's people join the audience. `replace`: in the end they are all who is in it; nobody leaves before the whole file has been stored. `remove`: they leave it, and nothing else of the file is read.
             * @enum {string}
             */
            mode: "add" | "replace" | "remove";
            onlyThisSegment: boolean;
            clearMarks: boolean;
            /**
             * @description On which ground of the LGPD these people's data is used; `unknown` wants a reason.
             * @enum {string|null}
             */
            legalBasis: "consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown" | null;
            legalBasisReason: string | null;
            check: {
                layout: {
                    column: string;
                    field: string | null;
                    attribute: string | null;
                }[];
                encoding: string;
                delimiter: string | null;
                totalRows: number;
                newRows: number;
                knownRows: number;
                memberRows: number;
                rejectedRows: number;
                rejections: {
                    /** @example phone_two_numbers */
                    code: string;
                    message: string;
                    count: number;
                    lines: number[];
                }[];
                warningRows: number;
                otherChannelRows: number;
                firstRows?: {
                    line: number;
                    /** @enum {string} */
                    becomes: "new" | "known" | "rejected";
                    cells: string[];
                    person: {
                        phone: string;
                        name: string;
                        document: string | null;
                        customerCode: string | null;
                        email: string | null;
                        hashtags: string[];
                        attributes: {
                            [key: string]: string;
                        };
                        /** @enum {string|null} */
                        optIn: "yes" | "no" | null;
                    } | null;
                    reason: {
                        code: string;
                        message: string;
                    } | null;
                    notices: {
                        code: string;
                        message: string;
                    }[];
                }[];
                tooManyRejects?: boolean;
            } | null;
            removedContacts: number;
            movedContacts: number;
            totalRows: number;
            importedRows: number;
            updatedRows: number;
            rejectedRows: number;
            otherChannelRows: number;
            warningRows: number;
            sheet: string | null;
            sheets: string[];
            rejections: {
                /** @example phone_two_numbers */
                code: string;
                message: string;
                count: number;
                lines: number[];
            }[];
            notices: {
                /** @example phone_two_numbers */
                code: string;
                message: string;
                count: number;
                lines: number[];
            }[];
            rejectsUrl: string | null;
            noticesUrl: string | null;
            progress: number;
            /** @example no_phone_column */
            error: string | null;
            errorDetail: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description When its files were deleted: see `fileDays` of the tenant.
             * @example 2026-12-01T15:00:00.000Z
             */
            filesRemovedAt: string | null;
        };
        ImportMapping: {
            /** @description SHA-256, as lowercase hex, of the header's folded names with a line feed between each. */
            header: string;
            mapping: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            usedAt: string;
        };
        Contact: {
            /** @example con_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            name: string;
            document: string | null;
            customerCode: string | null;
            /** @example +5511987654321 */
            phone: string | null;
            email: string | null;
            hashtags: string[];
            optIn: {
                /** @enum {string} */
                status: "granted" | "revoked" | "unknown";
                source: string | null;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                at: string | null;
            };
            attributes: {
                [key: string]: string;
            };
            /**
             * @description Of the last import that brought the person and named one; null when none is known.
             * @enum {string|null}
             */
            legalBasis: "consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown" | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            updatedAt: string;
        };
        ConsentEvent: {
            /** @example cns_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @enum {string} */
            status: "granted" | "revoked" | "unknown";
            source: string | null;
            reason: string | null;
            /**
             * @description By which way we learned of it; null for what is older than this field. More may be added.
             * @enum {string|null}
             */
            channel: "whatsapp" | "import" | "api" | "screen" | "meta" | null;
            /** @description What the person wrote or agreed to; null when not known. */
            wording: string | null;
            /**
             * Format: date-time
             * @description When the person said so; null when nobody knows.
             * @example 2026-12-01T15:00:00.000Z
             */
            at: string | null;
            /**
             * Format: date-time
             * @description When we learned of it.
             * @example 2026-12-01T15:00:00.000Z
             */
            recordedAt: string;
        };
        TimelineItem: {
            id: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            at: string;
            happened: {
                /** @enum {string} */
                kind: "created";
            } | {
                /** @enum {string} */
                kind: "imported";
                importId: string;
                audienceId: string;
                audienceName: string | null;
                /** @enum {string|null} */
                legalBasis: "consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown" | null;
            } | {
                /** @enum {string} */
                kind: "consent";
                /** @enum {string} */
                status: "granted" | "revoked" | "unknown";
                source: string | null;
                reason: string | null;
                saidAt: string | null;
            } | {
                /** @enum {string} */
                kind: "blocked";
                blockId: string;
                reason: string;
                segmentId: string | null;
                until: string | null;
            } | {
                /** @enum {string} */
                kind: "message";
                campaignId: string;
                campaignName: string | null;
                sentAt: string | null;
                deliveredAt: string | null;
                readAt: string | null;
                repliedAt: string | null;
                failedAt: string | null;
            } | {
                /** @enum {string} */
                kind: "attendance_opened";
                attendanceId: string;
                /** @enum {string} */
                channel: "idr" | "operation";
            } | {
                /** @enum {string} */
                kind: "attendance_closed";
                attendanceId: string;
                /** @enum {string} */
                channel: "idr" | "operation";
            } | {
                /** @enum {string} */
                kind: "edited";
                fields: string[];
                /** @enum {string} */
                by: "user" | "program";
            } | {
                /** @enum {string} */
                kind: "merged";
                contactId: string;
                /** @enum {string} */
                by: "user" | "program";
            };
        };
        Lookalike: components["schemas"]["Contact"] & {
            /** @enum {string} */
            sharedBy: "phone" | "document" | "userId";
        };
        PersonalData: {
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            preparedAt: string;
            contact: components["schemas"]["Contact"];
            /** @description Meta's id of the person, once they have written to us. */
            userId: string | null;
            /** @description Contacts with the same CPF: the same person. */
            otherContactIds: string[];
            consentEvents: components["schemas"]["ConsentEvent"][];
            audiences: {
                /** @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                id: string;
                name: string;
            }[];
            blocks: components["schemas"]["Block"][];
            attendances: {
                /** @example att_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                id: string;
                phone: string;
                /** @enum {string} */
                channel: "idr" | "operation";
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                lastEventAt: string;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                endedAt: string | null;
            }[];
            /** @description Campaigns whose message could not be delivered because the number has no WhatsApp. */
            strikes: {
                /** @example cmp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                campaignId: string;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                at: string;
            }[];
            /** @description Lists that the person was in, as far as the contact and its consent tell. */
            imports: {
                /** @example imp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                id: string;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                createdAt: string;
                /**
                 * @description The legal basis that was given for the list.
                 * @enum {string|null}
                 */
                legalBasis: "consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown" | null;
            }[];
            campaigns: {
                /** @example cmp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                id: string;
                name: string;
                message: components["schemas"]["RecipientDetail"];
            }[];
            alerts: {
                /** @example alr_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                id: string;
                kind: string;
                message: string;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                createdAt: string;
            }[];
            auditEntries: components["schemas"]["AuditEntry"][];
        };
        Block: {
            /** @example blk_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example +5511987654321 */
            phone: string | null;
            document: string | null;
            /** @example BR.1a2B3c4D */
            userId: string | null;
            segmentId: string | null;
            reason: string;
            contract: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            until: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
        };
        RecipientDetail: components["schemas"]["Recipient"] & {
            history: {
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                at: string;
                event: string;
                /** @description Stable words for programs, such as `no_answer` or `wave 1`. */
                detail: string;
                /** @description What `detail` says, typed by `event`. Not there for what has no parameters that are known. */
                parameters?: {
                    /** @enum {string} */
                    event: "prepared";
                    wave: number | null;
                } | {
                    /** @enum {string} */
                    event: "skipped";
                    /** @enum {string} */
                    reason: "noOptIn" | "optedOut" | "blocked" | "invalidPhone" | "unreachable" | "duplicate" | "inService" | "filtered" | "frequencyCap" | "missingVariable" | "contactDeleted" | "cancelled";
                } | {
                    /** @enum {string} */
                    event: "queued";
                    lineId: string;
                    choice: string;
                } | {
                    /** @enum {string} */
                    event: "requeued";
                    /** @enum {string} */
                    reason: "queue_late";
                } | {
                    /** @enum {string} */
                    event: "held";
                    /** @enum {string} */
                    reason: "meta_pacing";
                } | {
                    /** @enum {string} */
                    event: "refused";
                    code: number;
                    /** @enum {string} */
                    disposition: "waits" | "paused" | "refused";
                } | {
                    /** @enum {string} */
                    event: "moved";
                    /** @enum {string} */
                    reason: "by_user";
                } | {
                    /** @enum {string} */
                    event: "in_doubt";
                    /** @enum {string} */
                    reason: "no_answer" | "no_result";
                } | {
                    /** @enum {string} */
                    event: "doubt_ended";
                    /** @enum {string} */
                    reason: "day_passed";
                } | {
                    /** @enum {string} */
                    event: "resend_withheld";
                    /** @enum {string} */
                    reason: "no_consent" | "in_service" | "blocked" | "frequency_cap";
                } | {
                    /** @enum {string} */
                    event: "resent";
                    /** @enum {string} */
                    reason: "by_user";
                } | {
                    /** @enum {string} */
                    event: "sent";
                } | {
                    /** @enum {string} */
                    event: "delivered";
                } | {
                    /** @enum {string} */
                    event: "read";
                } | {
                    /** @enum {string} */
                    event: "failed";
                    code: number | null;
                    message: string;
                } | {
                    /** @enum {string} */
                    event: "failed_after_delivery";
                    code: number;
                } | {
                    /** @enum {string} */
                    event: "replied";
                    kind: string;
                    /** @enum {string} */
                    channel: "idr" | "operation";
                };
                /** @description What a refusal was about. */
                error?: {
                    code: number;
                    title: string;
                    action: string;
                };
            }[];
        };
        Recipient: {
            /** @example con_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            contactId: string;
            name: string;
            phone: string | null;
            /** @enum {string} */
            status: "pending" | "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "skipped" | "unknown";
            skipReason?: string;
            wave: number | null;
            /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            lineId: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            requestedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            sentAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            deliveredAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            readAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            failedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            repliedAt: string | null;
            error?: {
                code: number;
                title: string;
                action: string;
                detail: string;
            };
            messageId: string | null;
            text: string | null;
        };
        Erasure: {
            /** @example era_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example con_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            contactId: string;
            /** @enum {string} */
            status: "queued" | "running" | "completed" | "failed";
            /** @enum {string} */
            reason: "requested" | "consent_revoked" | "no_longer_needed" | "authority";
            /** @description How much of the person was found, so far. `contacts` may be several: those with the same CPF are the same person. `recipients` are rows of campaigns, which stay for the counts and no longer tell who it was. `auditEntries` keep their ids and lose their details. `files` are those rewritten without the person's `fileRows`; `filesRemoved` could not be searched and were deleted. */
            found: {
                contacts: number;
                audiences: number;
                consentEvents: number;
                strikes: number;
                sends: number;
                attendances: number;
                blocks: number;
                alerts: number;
                auditEntries: number;
                campaigns: number;
                recipients: number;
                portfolioUsers: number;
                deadLetters: number;
                storedAnswers: number;
                files: number;
                fileRows: number;
                filesRemoved: number;
            };
            createdBy: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            completedAt: string | null;
        };
        BlockImport: {
            /** @description Rows of the list, without blank ones: the sum of the next four. */
            rows: number;
            created: number;
            /** @description There was such a block, and it ends later now. */
            extended: number;
            /** @description There was such a block already, or the list says it twice. */
            unchanged: number;
            rejected: number;
            rejections: {
                /**
                 * @description More may be added.
                 * @enum {string}
                 */
                code: "malformed_quotes" | "record_too_long" | "stray_line_break" | "too_many_cells" | "repeated_header" | "no_key" | "only_email" | "phone_unreadable" | "document_unreadable" | "user_id_unreadable" | "segment_unknown" | "already_over";
                /** @description For people, in Portuguese. */
                message: string;
                count: number;
                /** @description The first of them in the file. */
                lines: number[];
            }[];
            /** @description Rows that were taken, but otherwise than they stand there: they hold back more people, not fewer. */
            notices: {
                /**
                 * @description More may be added.
                 * @enum {string}
                 */
                code: "key_left_out" | "type_unclear" | "end_unclear";
                /** @description For people, in Portuguese. */
                message: string;
                count: number;
                /** @description The first of them in the file. */
                lines: number[];
            }[];
            /** @description The rejected rows as a CSV file: the list's own columns and delimiter, and `Linha` and `Motivo da rejeição`. Null when there are none. */
            rejects: string | null;
        };
        Attendance: {
            /** @example att_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            phone: string;
            /** @description Who has this phone; null when no contact has. */
            contact: {
                /** @example con_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                id: string;
                name: string;
            } | null;
            /** @enum {string} */
            channel: "idr" | "operation";
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            lastEventAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            endedAt: string | null;
        };
        Campaign: {
            /** @example cmp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            name: string;
            /**
             * @description Null at most while it is a draft.
             * @example seg_01KAMZ3V5Q8T6R2N4W7X9Y1B3C
             */
            segmentId: string | null;
            /**
             * @description Null at most while it is a draft.
             * @example aud_01KAMZ3V5Q8T6R2N4W7X9Y1B3C
             */
            audienceId: string | null;
            /** @description Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading. */
            filter: {
                hashtagsAny?: string[];
                hashtagsAll?: string[];
                hashtagsNone?: string[];
                attributes?: {
                    name: string;
                    /** @enum {string} */
                    op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
                    value?: string;
                }[];
                optIn?: {
                    status?: ("granted" | "revoked" | "unknown")[];
                    grantedBeforeDays?: number;
                    grantedAfterDays?: number;
                };
                ddd?: string[];
                states?: ("AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO")[];
                segmentIds?: string[];
                audienceIds?: {
                    in?: string[];
                    notIn?: string[];
                };
                unreachable?: boolean;
                legalBasis?: ("consent" | "legitimate_interest" | "contract" | "legal_obligation" | "vital_interest" | "public_interest" | "unknown")[];
                lastMessage?: ("sent" | "delivered" | "read" | "replied" | "failed")[];
                notWrittenForDays?: number;
                createdWithinDays?: number;
                hasEmail?: boolean;
                hasDocument?: boolean;
            } | null;
            /**
             * @description Null at most while it is a draft.
             * @example tpl_01KAMZ3V5Q8T6R2N4W7X9Y1B3C
             */
            templateId: string | null;
            variables: {
                [key: string]: {
                    field: string;
                    fallback?: string;
                } | {
                    value: string;
                } | {
                    /** Format: uri */
                    link: string;
                    filename?: string;
                } | {
                    mediaId: string;
                    filename?: string;
                };
            };
            sender: {
                /** @enum {string} */
                mode: "prospect";
            } | {
                /** @enum {string} */
                mode: "line";
                /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                lineId: string | null;
            };
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            startAt: string | null;
            pacing: {
                /** @description Of the people who are to get the message, a wave; at least 0.1, since there are at most 1,000 waves (`too_many_waves`). */
                percent: number;
                intervalMinutes: number;
            } | null;
            sendingWindow: {
                /** @enum {string} */
                mode: "tenant";
            } | {
                /** @enum {string} */
                mode: "none";
            } | {
                /** @enum {string} */
                mode: "custom";
                /** @example America/Sao_Paulo */
                timeZone: string;
                hours: {
                    /**
                     * @description Monday is 1, Sunday is 7.
                     * @example [
                     *       1,
                     *       2,
                     *       3,
                     *       4,
                     *       5
                     *     ]
                     */
                    days: (1 | 2 | 3 | 4 | 5 | 6 | 7)[];
                    /** @example 08:00 */
                    from: string;
                    /** @example 20:00 */
                    to: string;
                }[];
                /**
                 * @description Days without sends, in the window's time zone.
                 * @default []
                 * @example [
                 *       "2026-12-25"
                 *     ]
                 */
                holidays: string[];
            };
            inService: {
                /** @enum {string} */
                mode: "include" | "exclude";
                withinMinutes?: number;
            };
            /** @enum {string} */
            status: "draft" | "scheduled" | "preparing" | "running" | "paused" | "completed" | "cancelled" | "failed";
            statusReason: string | null;
            /**
             * Format: date-time
             * @description When a running campaign goes on that is outside its sending window (`statusReason` is `outside_window`); told of one campaign, not in lists.
             * @example 2026-12-01T15:00:00.000Z
             */
            waitsUntil: string | null;
            /** @description What its people wait for: a person, or a time. Empty while they are being sent to. Some seconds old in lists. */
            waiting: components["schemas"]["Wait"][];
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            launchedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description When its people lost name, phone and texts: see `personalDataDays` of the tenant.
             * @example 2026-12-01T15:00:00.000Z
             */
            personalDataRemovedAt: string | null;
            counts: components["schemas"]["CampaignCounts"];
            rates: components["schemas"]["CampaignRates"];
        };
        Preflight: {
            ok: boolean;
            issues: {
                /** @example too_few_prospect_lines */
                code: string;
                /** @enum {string} */
                severity: "error" | "warning";
                message: string;
                path?: string;
            }[];
            audience: {
                total: number;
                eligible: number;
                excluded: {
                    noOptIn: number;
                    optedOut: number;
                    blocked: number;
                    invalidPhone: number;
                    unreachable: number;
                    inService: number;
                    duplicate: number;
                    missingVariable: number;
                    filtered: number;
                    frequencyCap: number;
                };
            };
            lines: {
                /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                lineId: string;
                usable: boolean;
                reason?: string;
                remaining24h: number | null;
            }[];
            waves: {
                index: number;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                at: string;
                count: number;
            }[];
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            estimatedCompletionAt: string | null;
            estimatedCost: {
                amount: number;
                currency: string;
                category: string;
            } | null;
            /** @description Not null while only a part of the audience has been counted: the `cursor` that counts on. */
            nextCursor: string | null;
        };
        Resend: {
            /** @description Recipients that get another try. */
            resent: number;
            /** @description In doubt, but without consent or in service by now. */
            withheld: number;
        };
        PinnedOutcome: {
            /** @description How many it was done for; 0 when nobody waits for such a line (any more). */
            people: number;
            campaign: components["schemas"]["Campaign"];
        };
        CampaignStats: {
            counts: components["schemas"]["CampaignCounts"];
            rates: components["schemas"]["CampaignRates"];
            byHour: {
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                hour: string;
                sent: number;
                delivered: number;
                read: number;
                failed: number;
                replied: number;
                idr: number;
                operation: number;
            }[];
            byLine: {
                /** @example lin_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
                lineId: string;
                sent: number;
                delivered: number;
                read: number;
                failed: number;
                replied: number;
            }[];
            byWave: {
                wave: number;
                /**
                 * Format: date-time
                 * @example 2026-12-01T15:00:00.000Z
                 */
                at: string;
                total: number;
                pending: number;
                skipped: number;
                sent: number;
                delivered: number;
                read: number;
                failed: number;
                replied: number;
            }[];
            byError: {
                code: number;
                title: string;
                action: string;
                advice: string;
                count: number;
            }[];
            bySkip: {
                reason: string;
                count: number;
            }[];
            accounting: {
                audience: number;
                pending: number;
                queued: number;
                sending: number;
                sent: number;
                failed: number;
                unknown: number;
                skipped: number;
                balanced: boolean;
            };
        };
        LiveTicket: {
            ticket: string;
            url: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            expiresAt: string;
        };
        Export: {
            /** @example exp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            id: string;
            /** @example cmp_01KAMZ3V5Q8T6R2N4W7X9Y1B3C */
            campaignId: string;
            /** @enum {string} */
            status: "queued" | "running" | "completed" | "failed";
            rows: number;
            bytes: number;
            downloadUrl: string | null;
            error: string | null;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-12-01T15:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description When its files were deleted: see `fileDays` of the tenant.
             * @example 2026-12-01T15:00:00.000Z
             */
            filesRemovedAt: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
