import { installReceivers } from "./receiver.ts";

installReceivers();
