import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: where the audit log ends. Whoever appends locks it, for the moment of that. */
@Entity('audit_head')
export class AuditHead {
  static readonly id = 1;

  @PrimaryColumn()
  id!: number;

  /** The number of the newest event; null where somebody has removed it. */
  @Column({ type: 'int', nullable: true })
  sequence!: number | null;

  /** The hash of that event. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  hash!: string | null;
}
