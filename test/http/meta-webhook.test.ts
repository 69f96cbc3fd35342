import { env, exports } from "cloudflare:workers";
