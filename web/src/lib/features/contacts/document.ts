/** A CPF or CNPJ as people here write it; anything else as it is. */
export function formatDocument(document: string): string {
  const cpf = /^(\d{3})(\d{3})(\d{3})(\d{2})$/.exec(document);
  if (cpf) return `${cpf[1]}.${cpf[2]}.${cpf[3]}-${cpf[4]}`;
  const cnpj = /^([\dA-Z]{2})([\dA-Z]{3})([\dA-Z]{3})([\dA-Z]{4})([\dA-Z]{2})$/.exec(document);
  return cnpj ? `${cnpj[1]}.${cnpj[2]}.${cnpj[3]}/${cnpj[4]}-${cnpj[5]}` : document;
}
