/** +5511987654321 → +55 11 98765-4321. Numbers of other countries keep their E.164 form. */
export function spacedPhone(phone: string): string {
  const brazilian = /^\+?55(\d{2})(\d{4,5})(\d{4})$/.exec(phone.replace(/[^\d+]/g, ""));
  return brazilian ? `+55 ${brazilian[1]} ${brazilian[2]}-${brazilian[3]}` : phone;
}
