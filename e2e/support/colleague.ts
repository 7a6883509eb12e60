// One of the demo shop's people: support/global.ts makes her account before the first test.
export const colleague = { email: "ann@shop.example", name: "Ann" } as const;
